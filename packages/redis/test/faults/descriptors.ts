import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

export interface LimitedDescriptors {
  /** Lowers the limit of this process and takes what is left: nothing can be opened any more. */
  exhaust(): Promise<void>;
  /** Gives all of it back. Again: nothing. */
  release(): Promise<void>;
}

/** By `prlimit` of util-linux. It is started beforehand: without descriptors no process can be. */
export async function limitedDescriptors(limit: number): Promise<LimitedDescriptors> {
  const { pid } = process;
  const commands = `
    before=$(prlimit --pid ${pid} --nofile --output SOFT --noheadings | tr -d ' ') && echo ready
    read _; prlimit --pid ${pid} --nofile=${limit}: && echo limited
    read _; prlimit --pid ${pid} --nofile=$before:; echo released`;
  const shell = spawn('sh', ['-c', commands], { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = async (word: string): Promise<void> => {
    const [line] = (await once(shell.stdout, 'data')) as [Buffer];
    if (String(line).trim() !== word) throw new Error(`prlimit: expected "${word}", got "${line}"`);
  };
  await said('ready');
  const taken: number[] = [];
  let taking: NodeJS.Timeout | undefined;
  const takeAll = (): void => {
    try {
      for (;;) taken.push(openSync('/dev/null', 'r'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EMFILE') throw error;
    }
  };
  return {
    async exhaust() {
      shell.stdin.write('\n');
      await said('limited');
      takeAll();
      taking = setInterval(takeAll, 1); // also what others give back meanwhile
    },
    async release() {
      clearInterval(taking);
      for (const descriptor of taken.splice(0)) closeSync(descriptor);
      if (taking !== undefined) {
        taking = undefined;
        shell.stdin.write('\n');
        await said('released');
      }
      shell.stdin.end();
    },
  };
}
