import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A program that {@link unpackDebian} has put into `folder`, with what it needs to find its libraries. */
export async function unpacked(
  folder: string,
  program: string,
): Promise<{ readonly path: string; readonly env: Readonly<Record<string, string>> } | undefined> {
  const path = join(folder, program);
  if (!existsSync(path)) return undefined;
  const libraries: string[] = [];
  for (const lib of ['usr/lib', 'lib'].map((name) => join(folder, name))) {
    const names = existsSync(lib) ? await readdir(lib) : [];
    for (const name of names) if (name.includes('-linux-')) libraries.push(join(lib, name));
  }
  // PulseAudio's programs look there by themselves; one that is unpacked does not.
  const inner = libraries.map((one) => join(one, 'pulseaudio')).filter((one) => existsSync(one));
  return { path, env: { LD_LIBRARY_PATH: [...libraries, ...inner].join(':') } };
}

/**
 * Puts Debian's `packages`, with what they depend on, into `folder`, in place of what is there. Throws with apt's words when the machine has
 * no apt or the archive cannot be reached; the folder is then as it was.
 */
export async function unpackDebian(
  packages: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const work = `${folder}.${process.pid}`;
  const debs = join(work, 'debs');
  const root = join(work, 'root');
  try {
    for (const name of ['lists/partial', 'archives/partial', 'debs', 'root']) {
      await mkdir(join(work, name), { recursive: true });
    }
    // Lists of our own: the machine's may be older than what the archive still holds, and belong to root.
    const apt = [
      '-qq',
      ...['-o', `Dir::State::Lists=${work}/lists`],
      ...['-o', `Dir::Cache=${work}`],
      ...['-o', `Dir::Cache::Archives=${work}/archives`],
      ...['-o', 'Debug::NoLocking=1'],
      ...['-o', 'APT::Sandbox::User='],
      ...['-o', 'APT::Update::Error-Mode=any'], // else no network is a success with warnings
    ];
    await run('apt-get', [...apt, 'update'], { env });
    // --reinstall: where Redis is installed but hidden from PATH, the plan would otherwise be empty.
    const plan = ['install', '--reinstall', '--no-install-recommends', '--print-uris', '-y'];
    const { stdout } = await run('apt-get', [...apt, ...plan, ...packages], { env });
    const names = Array.from(stdout.matchAll(/^'\S+' ([^_\s]+)_/gm), (match) => match[1] as string);
    await run('apt-get', [...apt, 'download', ...new Set(names)], { cwd: debs, env });
    for (const deb of await readdir(debs)) await run('dpkg-deb', ['-x', join(debs, deb), root], { env });
    await rm(folder, { recursive: true, force: true });
    await rename(root, folder).catch((error: NodeJS.ErrnoException) => {
      // Another run was faster, with the same files.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
