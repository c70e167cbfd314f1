import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chart } from './chart.ts';
import { outage } from './outage.ts';
import { heading, line, summary } from './report.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    svg: { type: 'string' },
  },
});
const each = Number(values.seconds);
if (!Number.isInteger(each) || each < 1) {
  console.error(`--seconds: expected a whole number of seconds for each phase, got ${JSON.stringify(values.seconds)}`);
  process.exit(1);
}

console.log(heading);
const seconds = await outage(each * 1_000, (second) => console.log(line(second)));
console.log(summary(seconds));
if (values.svg !== undefined) {
  writeFileSync(values.svg, chart(seconds));
  console.log(`wrote ${values.svg}`);
}
