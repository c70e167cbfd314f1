import type { Lane, Span } from './recorder.ts';

const left = 130;
const width = 640;
const laneHeight = 46;
const colours: Readonly<Record<Span['kind'], string>> = {
  fresh: '#3a9a5b',
  stale: '#d9a62e',
  load: '#3d78c2',
  failed: '#c04a3f',
  wait: '#8a8f98',
  answer: '#8a8f98',
  error: '#c04a3f',
  change: '#c04a3f',
};

/** A picture of what was recorded: a lane for the entry, its callers and its loaders, along one axis of milliseconds. */
export function draw(title: string, lanes: readonly Lane[]): string {
  const used = lanes.filter((lane) => lane.spans.length > 0);
  const end = Math.max(...used.flatMap((lane) => lane.spans.map((span) => span.to)), 1);
  const x = (ms: number): number => Math.round(left + (ms / end) * width);
  const height = 34 + used.length * laneHeight + 30;
  const parts: string[] = [];
  used.forEach((lane, row) => {
    const y = 34 + row * laneHeight;
    parts.push(`<text x="${left - 10}" y="${y + 22}" text-anchor="end">${lane.name}</text>`);
    rows(lane.spans).forEach(({ span, level, of }) => {
      const h = Math.floor((laneHeight - 14) / of);
      const top = y + 4 + level * h;
      if (span.to - span.from < 3) {
        parts.push(`<circle cx="${x(span.from)}" cy="${top + h / 2}" r="4" fill="${colours[span.kind]}"/>`);
        parts.push(`<text x="${x(span.from) + 7}" y="${top + h / 2 + 4}" class="s">${span.label}</text>`);
      } else {
        const w = Math.max(2, x(span.to) - x(span.from));
        parts.push(
          `<rect x="${x(span.from)}" y="${top}" width="${w}" height="${h - 2}" rx="2" fill="${colours[span.kind]}"/>`,
        );
        const inside = w > span.label.length * 7 + 8;
        parts.push(
          inside
            ? `<text x="${x(span.from) + 5}" y="${top + h / 2 + 3}" class="s i">${span.label}</text>`
            : `<text x="${x(span.to) + 4}" y="${top + h / 2 + 3}" class="s">${span.label}</text>`,
        );
      }
    });
  });
  for (let ms = 0; ms <= end; ms += 100) {
    parts.unshift(`<line x1="${x(ms)}" y1="30" x2="${x(ms)}" y2="${height - 24}" stroke="#d7dade"/>`);
    parts.push(`<text x="${x(ms)}" y="${height - 10}" text-anchor="middle" class="s">${ms}</text>`);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + width + 70} ${height}" font-family="system-ui, sans-serif" font-size="13">
<style>.s{font-size:11px}.i{fill:#fff}</style>
<rect width="100%" height="100%" fill="#fff"/>
<text x="12" y="20" font-weight="600">${title}</text>
${parts.join('\n')}
</svg>
`;
}

/** Spans that overlap are drawn above one another. */
function rows(spans: readonly Span[]): { readonly span: Span; readonly level: number; readonly of: number }[] {
  const ends: number[] = [];
  const placed = spans.map((span) => {
    const free = ends.findIndex((until) => until <= span.from);
    const level = free === -1 ? ends.length : free;
    ends[level] = Math.max(span.to, span.from + 40);
    return { span, level };
  });
  return placed.map((one) => ({ ...one, of: ends.length }));
}
