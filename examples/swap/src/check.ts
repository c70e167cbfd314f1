import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startRedis } from '@cache-internal/lab';

// The same program on three backends: what it prints must be the same.
const redis = await startRedis();
const urls = ['memory://', 'memory://?serializer=json', `${redis.url}?prefix=swap:`];
const program = fileURLToPath(new URL('main.js', import.meta.url));
try {
  const outputs: string[] = [];
  for (const url of urls) {
    const { stdout } = await promisify(execFile)(process.execPath, [program], {
      env: { ...process.env, CACHE_URL: url },
    });
    outputs.push(stdout);
  }
  process.stdout.write(outputs[0] as string);
  if (outputs.some((output) => output !== outputs[0])) {
    for (const [index, url] of urls.entries()) console.error(`${url.replace(/\/\/.*/, '//')}\n${outputs[index]}`);
    process.exitCode = 1;
  } else console.log('the same in memory, in memory as JSON, and on Redis');
} finally {
  await redis.stop();
}
