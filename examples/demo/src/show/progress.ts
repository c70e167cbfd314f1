import { Presets, SingleBar } from 'cli-progress';
import type { Style } from './style.ts';

/** Told of each step of a pass. */
export interface Progress {
  step(): void;
  end(): void;
}

const silent: Progress = { step() {}, end() {} };

/** A bar on the terminal while something of `total` steps runs; nothing where the output is not decorated. */
export function progressBar(title: string, total: number, style: Style): Progress {
  if (!style.decorated) return silent;
  const bar = new SingleBar(
    {
      format: `${title} {bar} {percentage}%  {value}/{total}`,
      hideCursor: true,
      clearOnComplete: true,
      stream: process.stdout,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return { step: () => bar.increment(), end: () => bar.stop() };
}
