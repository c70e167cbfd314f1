import { legacyMethod } from '../legacy/method.ts';

export type Body = (this: unknown, ...args: never[]) => unknown;
// biome-ignore lint/suspicious/noExplicitAny: the type tests are about types
type Decorate = (...given: any[]) => any;
type Face = (decorate: Decorate, body: Body) => (...args: unknown[]) => unknown;

/** The same writer as a function, as a standard method and as one by experimentalDecorators. */
export const faces: Record<string, Face> = {
  function: (decorate, body) => decorate(body) as never,
  standard: (decorate, body) => {
    if (/^async/.test(String(body))) {
      class Writer {
        @decorate
        async write(...args: never[]): Promise<unknown> {
          return body.apply(this, args);
        }
      }
      return (...args) => new Writer().write(...(args as never[]));
    }
    class Writer {
      @decorate
      write(...args: never[]): unknown {
        return body.apply(this, args);
      }
    }
    return (...args) => new Writer().write(...(args as never[]));
  },
  experimentalDecorators: legacyMethod,
};
