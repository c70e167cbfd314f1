import { cacheable, controls } from '../../src/index.ts';
import type { Face, Made } from './face.ts';

export const standardFace: Face = {
  name: 'standard',
  cannot: {},
  make(cache, options, body) {
    // biome-ignore lint/suspicious/noExplicitAny: the type tests are about types, the cases about what happens
    const decorate: (...given: any[]) => any = cacheable(cache as never, options as never);
    if (/^async/.test(String(body))) {
      class Service {
        tenant = 'acme';
        @decorate
        async load(...args: never[]): Promise<unknown> {
          return body.apply(this, args);
        }
      }
      const self = new Service();
      return made(self, self.load as never);
    }
    class Service {
      tenant = 'acme';
      @decorate
      load(...args: never[]): unknown {
        return body.apply(this, args);
      }
    }
    const self = new Service();
    return made(self, self.load as never);
  },
};

function made(self: { load(...args: never[]): unknown }, fn: Made['fn']): Made {
  return {
    call: (...args) => self.load(...(args as never[])),
    tools: controls(self, 'load') as unknown as Made['tools'],
    fn,
    self,
  };
}
