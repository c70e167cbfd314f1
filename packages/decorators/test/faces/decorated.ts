import type { Body, Decorate, Loading } from './method-face.ts';

/** `body` as a method, decorated by the standard; async where the body is. */
export function decorated(decorate: Decorate, body: Body): Loading {
  if (/^async/.test(String(body))) {
    class LaterService {
      readonly tenant = 'acme';
      @decorate
      async load(...args: never[]): Promise<unknown> {
        return body.apply(this, args);
      }
    }
    return new LaterService();
  }
  class Service {
    readonly tenant = 'acme';
    @decorate
    load(...args: never[]): unknown {
      return body.apply(this, args);
    }
  }
  return new Service();
}
