import Table from 'cli-table3';
import { shortNumber } from './charts.ts';
import type { ScenarioResult } from './result.ts';
import type { Spread } from './statistics.ts';

/** A scenario as a table, with what was asked of it. */
export function tableOf(scenario: ScenarioResult): string {
  const [first] = scenario.contestants;
  const table = new Table({
    head: ['contestant', 'version', `${scenario.unit} (10–90 %)`, `${first?.name} is`],
    style: { head: [], border: [] },
    colAligns: ['left', 'left', 'right', 'right'],
  });
  for (const { name, version, value, ratio } of scenario.contestants) {
    table.push([name, version, withSpread(value), ratio === undefined ? '' : `${withSpread(ratio)} × as good`]);
  }
  const asks = scenario.asks.map(({ text, got, met }) => `  ${met ? 'met   ' : 'MISSED'} ${text}: ${shortNumber(got)}`);
  return [`${scenario.name}: ${scenario.title} (${scenario.rounds} rounds)`, table.toString(), ...asks, ''].join('\n');
}

function withSpread({ median, low, high }: Spread): string {
  return low === high ? shortNumber(median) : `${shortNumber(median)} (${shortNumber(low)}–${shortNumber(high)})`;
}
