import { appendFileSync } from 'node:fs';

/** Vitest reporter: appends this run's sums, one line of JSON, to the file that `CACHE_TALLY` names. */
export default class TallyReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const tally = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      let tests = 0;
      for (const test of module.children.allTests()) {
        tests++;
        const { state } = test.result();
        // `pending`: the run ended before it did
        tally[state === 'pending' ? 'failed' : state]++;
      }
      if (module.state() === 'failed' && tests === 0) tally.failed++;
    }
    appendFileSync(process.env.CACHE_TALLY, `${JSON.stringify(tally)}\n`);
  }
}
