// biome-ignore lint/suspicious/noExplicitAny: the type tests are about types
type Decorate = (...given: any[]) => any;
type Body = (this: unknown, ...args: never[]) => unknown;

/** `body` as a method decorated by experimentalDecorators. */
export function legacyMethod(decorate: Decorate, body: Body): (...args: unknown[]) => unknown {
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
}
