import type { ChangeReport } from '../demonstrate/change-on-disk.ts';
import type { Report } from '../report.ts';
import { count, duration, size } from './quantities.ts';
import type { Style } from './style.ts';

/** The report for people. */
export function reportText(report: Report, style: Style): string {
  return [
    heading(report, style),
    findings(report, style),
    passes(report, style),
    report.change === null ? undefined : change(report.change, style),
    entry(report, style),
    stats(report, style),
    problems(report, style),
  ]
    .filter((section) => section !== undefined)
    .join('\n\n');
}

function heading({ root, backend, listing, changedSince }: Report, style: Style): string {
  const lines = [
    `${style.title('Dependencies of')} ${root} ${style.quiet(`on a ${backend}:// cache`)}`,
    `${count(listing.packages, 'package')} listed in ${duration(listing.ms)}`,
  ];
  if (changedSince.length > 0) lines.push(`changed since the inspection before: ${changedSince.join(', ')}`);
  return lines.join('\n');
}

function findings({ findings }: Report, style: Style): string {
  const { files, bytes, largest, duplicates, licences } = findings;
  const width = Math.max(0, ...largest.map(({ package: name }) => name.length));
  return [
    style.title(`${size(bytes)} in ${count(files, 'file')}. The largest packages, and all that they bring:`),
    ...largest.map(
      ({ package: name, bytes, files, closure }) =>
        `  ${name.padEnd(width)} ${size(bytes).padStart(9)} ${style.quiet(`${count(files, 'file').padStart(10)}`)}  ` +
        style.quiet(
          `${size(closure.bytes)} with ${count(closure.packages, 'dependency').replace('dependencys', 'dependencies')}`,
        ),
    ),
    duplicates.length === 0
      ? style.title('No package is installed in two versions.')
      : style.title(`${count(duplicates.length, 'package')} in several versions:`),
    ...duplicates.slice(0, 8).map(({ name, versions }) => `  ${name} ${style.quiet(versions.join(', '))}`),
    ...(duplicates.length > 8 ? [style.quiet(`  and ${duplicates.length - 8} more`)] : []),
    `${style.title('Licences:')} ${licences.map(({ licence, packages }) => `${licence} ${style.quiet(String(packages))}`).join(', ')}`,
  ].join('\n');
}

function passes({ passes }: Report, style: Style): string {
  const { cold, warm, ratio, equalDigests } = passes;
  if (cold === null || ratio === null) {
    return [
      style.title('The cache was warm from the first call.'),
      `  ${count(warm.calls, 'call')} in ${duration(warm.ms)}: ${warm.computed} computed, ${duration(warm.savedMs)} saved`,
    ].join('\n');
  }
  return [
    style.title('The same calls twice:'),
    `  cold  ${duration(cold.ms).padStart(8)}  ${count(cold.calls, 'call')}, ${cold.computed} computed`,
    `  warm  ${duration(warm.ms).padStart(8)}  ${count(warm.calls, 'call')}, ${warm.computed} computed`,
    `  ${style.good(`${ratio.toFixed(0)} times as fast`)}, ${
      equalDigests ? style.good('equal digests') : style.bad('DIFFERENT digests')
    } ${style.quiet(warm.digest.slice(0, 16))}`,
  ].join('\n');
}

function change(change: ChangeReport, style: Style): string {
  const { callers, loads, package: name, dependents, staleBefore, freshAfter, recomputed, kept } = change;
  return [
    style.title(`In a copy: ${name} changes on disk`),
    `  ${callers} callers at once: ${count(loads, 'load')}`,
    `  before the eviction: ${staleBefore ? 'the old answer' : 'a new answer'}; after it: ${freshAfter ? 'the new one' : 'the old answer'}`,
    `  computed again: ${recomputed.join(', ')} ${style.quiet(`(it and ${count(dependents.length, 'dependent')})`)}`,
    ...(kept.length > 0 ? [`  kept: ${kept.join(', ')}`] : []),
  ].join('\n');
}

function entry({ entry }: Report, style: Style): string | undefined {
  if (entry === null) return undefined;
  const where = entry.onServer ? 'as redis-cli shows it' : 'as redis-cli would show it, were this a server';
  return [style.title(`One entry, ${where}:`), `  > GET ${JSON.stringify(entry.key)}`, `  ${entry.get}`].join('\n');
}

function stats({ stats }: Report, style: Style): string {
  const { requests, hits, misses, hitRate, loads, writes } = stats;
  return (
    `${style.title('The cache in this run:')} ${count(requests, 'lookup')}, ${count(hits, 'hit')} (${(hitRate * 100).toFixed(1)} %), ` +
    `${misses} missed, ${count(loads, 'load')}, ${count(writes, 'write')}`
  );
}

function problems({ problems }: Report, style: Style): string | undefined {
  if (problems.length === 0) return undefined;
  return [
    style.bad(`${count(problems.length, 'problem')}; all else is reported above:`),
    ...problems.map((line) => `  ${line}`),
  ].join('\n');
}
