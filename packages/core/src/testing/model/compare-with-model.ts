import { randomUUID } from 'node:crypto';
import { CacheConfigError } from '../../contract/errors.ts';
import { type BackendCapabilities, claims } from '../capabilities.ts';
import { newSeed } from '../faults/random.ts';
import type { MakeSubject } from '../subject.ts';
import { hostileNames } from '../suites/hostile-names.ts';
import { type Call, type Command, commandsFor, NAMES } from './command.ts';
import { MapModel } from './map-model.ts';
import { Pair } from './pair.ts';

export interface ModelOptions {
  /** As for {@link describeBackend}: what is lacking is not called. @default those of a backend without optional ones */
  readonly capabilities?: BackendCapabilities | undefined;
  /** How many random runs. @default 300 */
  readonly runs?: number | undefined;
  /** How many calls a run makes at least; at most twice as many. @default 20 */
  readonly commands?: number | undefined;
  /** Repeats the runs of an earlier call. @default a new one */
  readonly seed?: number | undefined;
  /** `false`: the backend accepts every write and keeps none. @default true */
  readonly stores?: boolean | undefined;
  /** Where the seed is printed. @default standard error */
  readonly print?: ((line: string) => void) | undefined;
}

/**
 * Makes random calls to a backend and to a `Map` that keeps the contract's rules, and compares every answer: what no
 * list of examples thinks of. Keys and values are hostile; a failing run is made small before it is reported.
 *
 * Needs the package `fast-check`, which is loaded when this is called.
 * @throws {CacheConfigError} when `fast-check` is not installed.
 * @throws {Error} on an answer that differs, with the few calls that lead there and the seed.
 */
export async function compareWithModel<W>(make: MakeSubject<W>, options: ModelOptions = {}): Promise<void> {
  const { capabilities = {}, runs = 300, commands = 20, seed = newSeed(), stores = true } = options;
  const { print = (line) => console.error(line) } = options;
  const fc = await loadFastCheck();
  const scope = { prefix: `model:${randomUUID()}:` };
  const subject = await make(scope);
  print(
    `${subject.backend.name}: ${runs} runs of ${commands} to ${2 * commands} calls against the model, seed ${seed}`,
  );
  let run = 0;
  const play = async (names: readonly string[], script: readonly Command[]): Promise<void> => {
    const prefix = `${scope.prefix}${run++}:`;
    const pair = new Pair(subject, new MapModel(stores), names, prefix, capabilities);
    const calls = [...script, ...finalLook(capabilities)].filter((one) => one.do !== 'nothing');
    for (const [n, call] of calls.entries()) {
      try {
        await pair.compare(call);
      } catch (cause) {
        throw new Error(story(calls.slice(0, n + 1), names, cause), { cause });
      }
    }
    if (claims(capabilities, 'prefixes')) await subject.backend.clear(prefix);
  };
  await subject.backend.start();
  try {
    const names = fc.shuffledSubarray([...hostileNames], { minLength: NAMES, maxLength: NAMES });
    const property = fc.asyncProperty(names, commandsFor(fc, capabilities, commands + 1, 2 * commands), play);
    const { failed, errorInstance } = await fc.check(property, { numRuns: runs, seed });
    if (!failed) return;
    const { message, cause } = errorInstance as Error; // play throws no other
    throw new Error(`${subject.backend.name}: ${message}\nTo repeat it: seed ${seed}`, { cause });
  } finally {
    await subject.backend.close();
    await subject.dispose?.();
  }
}

/** The calls that lead to an answer that differs, in words that fit on a screen. */
function story(calls: readonly Call[], names: readonly string[], cause: unknown): string {
  const lines = calls.map((call) => {
    const { do: method, ...rest } = call;
    const named = Object.entries(rest).map(([word, given]) => {
      const isNames = given !== null && ['name', 'names', 'under'].includes(word);
      const shown = isNames ? [given].flat().map((name) => names[Number(name)]?.slice(0, 20)) : given;
      return `${word}: ${JSON.stringify(Array.isArray(shown) && word !== 'names' ? shown[0] : shown)}`;
    });
    return `  ${method}(${named.join(', ')})`;
  });
  const what = cause instanceof Error ? cause.message : String(cause);
  return `after ${calls.length} calls, ${what}\n${lines.join('\n')}`;
}

async function loadFastCheck(): Promise<typeof import('fast-check')> {
  try {
    return await import('fast-check');
  } catch (cause) {
    const what = 'compareWithModel: expected the package fast-check, found none';
    throw new CacheConfigError(`${what}. Install it: npm install --save-dev fast-check`, { cause });
  }
}

/** What is asked after every run: everything that can be asked without changing anything. */
function finalLook(capabilities: BackendCapabilities): Call[] {
  const looks: Call[] = Array.from({ length: NAMES }, (_, name) => ({ do: 'getEntry', name }));
  return claims(capabilities, 'iteration') ? [...looks, { do: 'keys', under: null }] : looks;
}
