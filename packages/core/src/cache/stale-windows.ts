import { parseWindow } from '../time/ttl.ts';
import type { SetOptions } from './options.ts';

export type StaleWindows = Pick<SetOptions, 'staleWhileRevalidate' | 'staleIfError'>;

/** How long an entry is kept when its time to live is over, in milliseconds: as long as either window may want it. */
export function longestWindow({ staleWhileRevalidate, staleIfError }: StaleWindows): number {
  return Math.max(parseWindow(staleWhileRevalidate, 'staleWhileRevalidate'), parseWindow(staleIfError, 'staleIfError'));
}
