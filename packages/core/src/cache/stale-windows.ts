import { parseWindow } from '../time/ttl.ts';
import type { SetOptions } from './options.ts';

export type StaleWindows = Pick<SetOptions, 'staleWhileRevalidate' | 'staleIfError'>;

/** How long an entry is kept when its time to live is over, in milliseconds: as long as either window, its own or the default one, may want it. */
export function longestWindow(own: StaleWindows, otherwise: StaleWindows = {}): number {
  const { staleWhileRevalidate = otherwise.staleWhileRevalidate, staleIfError = otherwise.staleIfError } = own;
  return Math.max(parseWindow(staleWhileRevalidate, 'staleWhileRevalidate'), parseWindow(staleIfError, 'staleIfError'));
}
