import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Contestant, Pace, Scenario } from './scenario.ts';
import { loadSuite } from './suite.ts';

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));

interface Order {
  readonly suite: string;
  readonly scenario: string;
  readonly contestant: string;
  readonly pace: Pace;
}

/** What that process sends: how far it is, and then its value. */
type Message = { readonly share: number } | { readonly value: number };

/** One value of one contestant from a process of its own. */
export function sampleInFreshProcess(order: Order, progress: (share: number) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = fork(MAIN, [], {
      execArgv: ['--expose-gc'],
      env: { ...process.env, CACHE_BENCH_ORDER: JSON.stringify(order) },
    });
    let value: number | undefined;
    child.on('message', (sent) => {
      const message = sent as Message; // nothing but `answerOrder` sends
      if ('share' in message) progress(message.share);
      else value = message.value;
    });
    child.once('exit', (code) => {
      if (value !== undefined) resolve(value);
      else reject(new Error(`${order.contestant}: expected one value from its process, got none (exit ${code})`));
    });
  });
}

/** The other side: this process was started for one value. */
export async function answerOrder(text: string): Promise<void> {
  const { suite, scenario, contestant, pace } = JSON.parse(text) as Order; // written above
  const { contestants } = (await loadSuite(suite)).scenarios.get(scenario) as Scenario;
  const running = await (contestants.find(({ name }) => name === contestant) as Contestant).start(pace);
  const send = (message: Message, sent = () => {}): void => void process.send?.(message, sent);
  const value = await running.sample((share) => send({ share }));
  await running.stop();
  send({ value }, () => process.disconnect());
}
