/** Whether a reply is what a command can give. Another one was spoilt on the way, or is the answer to another question. */
export type Shape<T> = (reply: unknown) => reply is T;

export const isNumber: Shape<number> = (reply) => typeof reply === 'number';
export const isBytes: Shape<Buffer> = (reply) => Buffer.isBuffer(reply);
export const isNothing: Shape<null> = (reply) => reply === null;

export function oneOf<A, B>(a: Shape<A>, b: Shape<B>): Shape<A | B> {
  return (reply): reply is A | B => a(reply) || b(reply);
}

export function listOf<T>(one: Shape<T>): Shape<T[]> {
  return (reply): reply is T[] => Array.isArray(reply) && reply.every(one);
}

/** A list that begins with these. */
export function tuple<T extends readonly unknown[]>(...parts: { [I in keyof T]: Shape<T[I]> }): Shape<T> {
  return (reply): reply is T => Array.isArray(reply) && parts.every((part, i) => part(reply[i]));
}
