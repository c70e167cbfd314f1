import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { writeCharts } from './harness/charts.ts';
import { answerOrder, sampleInFreshProcess } from './harness/fresh-process.ts';
import { isFloor, type SuiteResult, writeRecord } from './harness/record.ts';
import { tableOf } from './harness/report.ts';
import { resultOf, type ScenarioResult } from './harness/result.ts';
import { playRounds } from './harness/rounds.ts';
import type { Pace, Scenario } from './harness/scenario.ts';
import { loadSuite, type Suite, suiteNames, UsageError } from './harness/suite.ts';

const USAGE = `npm run bench -- <suite> [scenario …] [--quick] [--check] [--traces DIR]
  --quick   few short rounds: does it run, not how fast is it
  --check   exit 1 where an ask is missed by more than 15 %
  --traces  the folder of recorded access traces (memory), which are no part of the repository
  suites:   ${suiteNames().join(', ')}`;

async function main(): Promise<number> {
  const { values, positionals } = commandLine();
  const [suiteName, ...wanted] = positionals;
  if (suiteName === undefined) {
    console.error(USAGE);
    return 1;
  }
  // in the environment, where the processes of fresh scenarios see it too
  if (values.traces !== undefined) process.env.CACHE_BENCH_TRACES = resolve(values.traces);
  const suite = await loadSuite(suiteName);
  const unknown = wanted.find((name) => !suite.scenarios.has(name));
  if (unknown !== undefined) {
    throw new UsageError(`scenario: expected one of ${[...suite.scenarios.keys()].join(', ')}, got "${unknown}"`);
  }
  const pace: Pace = values.quick ? { quick: true, sliceMs: 5 } : { quick: false, sliceMs: 25 };
  const results: ScenarioResult[] = [];
  let record: SuiteResult | undefined;
  for (const [name, scenario] of suite.scenarios) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const result = await play(suiteName, name, scenario, pace);
    console.log(tableOf(result));
    record = writeRecord(suiteName, [result], values.quick); // each at once: what a later one fails of does not take it away
    results.push(result);
  }
  if (record !== undefined && !values.quick && isDrawn(record, suite)) {
    for (const file of writeCharts(suite.charts, record)) console.log(`wrote ${relative(process.cwd(), file)}`);
  }
  const missed = results.flatMap((result) => result.asks).filter((ask) => !ask.met);
  if (missed.length > 0) console.log(`${missed.length} of the asks missed`);
  return values.check && missed.length > 0 ? 1 : 0;
}

/** Whether all of a suite is recorded, be it in pieces, by the Node that pictures are of. */
function isDrawn({ machine, scenarios }: SuiteResult, suite: Suite): boolean {
  const recorded = new Set(scenarios.map(({ name }) => name));
  return isFloor(machine.node) && [...suite.scenarios.keys()].every((name) => recorded.has(name));
}

function commandLine(): { values: { quick: boolean; check: boolean; traces?: string }; positionals: string[] } {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        check: { type: 'boolean', default: false },
        traces: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${USAGE}`); // parseArgs throws TypeErrors alone
  }
}

async function play(suite: string, name: string, scenario: Scenario, pace: Pace): Promise<ScenarioResult> {
  const rounds = pace.quick ? Math.min(scenario.rounds, 6) : scenario.rounds;
  // Silent by itself where stderr is no terminal.
  const bar = new SingleBar({ format: `${name} {bar} {percentage} %`, clearOnComplete: true, hideCursor: true });
  bar.start(1, 0);
  try {
    const values = await playRounds(scenario, {
      pace,
      rounds,
      sampleInFreshProcess: ({ name: contestant }, progress) =>
        sampleInFreshProcess({ suite, scenario: name, contestant, pace }, progress),
      progress(done, total) {
        bar.setTotal(total);
        bar.update(done);
      },
    });
    return resultOf(name, scenario, values);
  } finally {
    bar.stop();
  }
}

const order = process.env.CACHE_BENCH_ORDER;
if (order !== undefined) {
  await answerOrder(order);
} else {
  process.exitCode = await main().catch((error: unknown) => {
    console.error(error instanceof UsageError ? error.message : error); // a fault of a suite keeps its stack
    return 1;
  });
}
