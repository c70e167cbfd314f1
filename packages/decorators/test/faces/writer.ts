import { decorated as decoratedByLegacy } from '../legacy/decorated.ts';
import { decorated } from './decorated.ts';
import type { Body } from './face.ts';
import type { Decorate, Loading } from './method-face.ts';

type WriterFace = (decorate: Decorate, body: Body) => (...args: unknown[]) => unknown;

const method =
  (make: (decorate: Decorate, body: Body) => Loading): WriterFace =>
  (decorate, body) => {
    const self = make(decorate, body);
    return (...args) => self.load(...(args as never[]));
  };

/** The same writer as a function, as a standard method and as one by experimentalDecorators. */
export const faces: Record<string, WriterFace> = {
  function: (decorate, body) => decorate(body) as never,
  standard: method(decorated),
  experimentalDecorators: method(decoratedByLegacy),
};
