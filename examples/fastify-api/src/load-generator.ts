import { Agent, get } from 'node:http';

/** GETs `paths` in turn over `connections` kept connections for `ms` milliseconds. @returns answers per second */
export async function loadFor(
  origin: string,
  paths: readonly string[],
  connections: number,
  ms: number,
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const until = performance.now() + ms;
  let answers = 0;
  const client = async (first: number): Promise<void> => {
    for (let turn = first; performance.now() < until; turn++) {
      await answer(agent, origin + (paths[turn % paths.length] as string));
      answers++;
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, index) => client(index)));
  agent.destroy();
  return (answers * 1_000) / ms;
}

function answer(agent: Agent, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url}: ${response.statusCode}`));
      response.resume();
      response.on('end', resolve);
    }).on('error', reject);
  });
}
