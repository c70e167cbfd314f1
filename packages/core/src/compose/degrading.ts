import { type Degrading, isDegrading } from '../contract/capabilities.ts';

/** Makes `composed` tell of outages what `backend`, which it is made of, tells of them. */
export function degrading(composed: object, backend: object): void {
  if (!isDegrading(backend)) return;
  Object.defineProperty(composed, 'isDegraded', { get: () => backend.isDegraded, enumerable: true });
  const onOutage: Degrading['onOutage'] = (listener) => backend.onOutage(listener);
  Object.assign(composed, { onOutage });
}
