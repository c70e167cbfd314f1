import type { Health } from '../contract/capabilities.ts';

/**
 * `up: server 127.0.0.1:6379/0, version Redis 7.0.15, …`, and a line for each part of what is made of several:
 * `  primary  up: server …`.
 */
export function healthLines(health: Health): string[] {
  const parts = partsOf(health);
  const width = Math.max(0, ...parts.map(([name]) => name.length));
  return [
    ownLine(health),
    ...parts.flatMap(([name, part]) => {
      const [first, ...rest] = healthLines(part);
      return [`  ${name.padEnd(width)}  ${first}`, ...rest.map((line) => `  ${line}`)];
    }),
  ];
}

/** What keeps it from being up, in a sentence each: of the parts that fail, or of itself where none does. */
export function troubles(health: Health): string[] {
  const failing = partsOf(health).filter(([, { status }]) => status !== 'up');
  const wrong = failing.length === 0 ? [['cache', health] as const] : failing;
  return wrong.map(
    ([
      name,
      {
        status,
        details: { error },
      },
    ]) => {
      const why = typeof error === 'string' ? `: ${error}` : ', as told above';
      return `expected the ${name} to be up, got ${status}${why}`;
    },
  );
}

function ownLine({ status, details }: Health): string {
  const facts = Object.entries(details)
    .filter(([, fact]) => fact !== undefined && !isHealth(fact))
    .map(([name, fact]) => `${name} ${typeof fact === 'object' ? JSON.stringify(fact) : fact}`);
  return facts.length === 0 ? status : `${status}: ${facts.join(', ')}`;
}

function partsOf({ details }: Health): (readonly [name: string, health: Health])[] {
  return Object.entries(details).filter((detail): detail is [string, Health] => isHealth(detail[1]));
}

function isHealth(fact: unknown): fact is Health {
  return typeof fact === 'object' && fact !== null && 'status' in fact && 'details' in fact;
}
