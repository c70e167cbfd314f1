import { cacheable, controls } from '../../src/index.ts';
import type { Body, Face, Made } from './face.ts';

// biome-ignore lint/suspicious/noExplicitAny: the type tests are about types, the cases about what happens
export type Decorate = (...given: any[]) => any;
export type { Body } from './face.ts';

/** An object with a decorated method. */
export interface Loading {
  load(...args: never[]): unknown;
}

/** Methods, of which `decorated` makes one by one standard of decorators: each has to be compiled by its own setting. */
export function methodFace(name: string, decorated: (decorate: Decorate, body: Body) => Loading): Face {
  return {
    name,
    cannot: {},
    make(cache, options, body) {
      const self = decorated(cacheable(cache as never, options as never) as Decorate, body);
      return {
        call: (...args) => self.load(...(args as never[])),
        tools: controls(self, 'load') as unknown as Made['tools'],
        fn: self.load as Made['fn'],
        self,
      };
    },
  };
}
