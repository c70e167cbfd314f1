/*
 * The grammar of key templates once more, for the compiler. A template that cannot work is replaced by a literal type that
 * names what is wrong, so that the error reads: type "user:{1}" is not assignable to type "no placeholder {1}".
 */

/**
 * `Template` when each of its placeholders can be found, else a literal type that names one that cannot: an index
 * beyond the parameters `A`; a property that its argument, or the receiver `This`, does not have in public, or that is a
 * function; and a name that is not in `Names`, where those are given. Other names are looked up at run time.
 */
export type CheckedTemplate<
  Template extends string,
  This,
  A extends readonly unknown[],
  Names extends readonly string[] | undefined = undefined,
> = string extends Template
  ? Template
  : [Wrong<Template, This, A, Names>] extends [never]
    ? Template
    : Wrong<Template, This, A, Names>;

// Doubled braces are text, and are taken out before placeholders are looked for.
type Wrong<
  Template extends string,
  This,
  A extends readonly unknown[],
  Names,
> = Template extends `${infer Before}{{${infer After}`
  ? WrongIn<Before, This, A, Names> | Wrong<After, This, A, Names>
  : WrongIn<Template, This, A, Names>;

type WrongIn<
  Text extends string,
  This,
  A extends readonly unknown[],
  Names,
> = Text extends `${string}{${infer Inside}}${infer After}`
  ? WrongPlaceholder<Inside, This, A, Names> | WrongIn<After, This, A, Names>
  : never;

type WrongPlaceholder<Inside extends string, This, A extends readonly unknown[], Names> =
  Found<Inside extends `${infer Path}=${string}` ? Path : Inside, This, A, Names> extends true
    ? never
    : `no placeholder {${Inside}}`;

type Found<Path extends string, This, A extends readonly unknown[], Names> = Path extends `${infer Root}.${infer Rest}`
  ? FoundIn<RootType<Root, This, A, Names>, Rest>
  : IsThere<RootType<Path, This, A, Names>>;

type RootType<Root extends string, This, A extends readonly unknown[], Names> = Root extends 'this'
  ? This
  : Root extends `${number}`
    ? ArgumentType<Root, A>
    : Names extends readonly string[]
      ? NamedType<Root, A, Names>
      : Unchecked;

type ArgumentType<Index extends string, A extends readonly unknown[]> = Index extends keyof A
  ? A[Index]
  : number extends A['length']
    ? Unchecked
    : Missing;

type NamedType<
  Name extends string,
  A extends readonly unknown[],
  Names extends readonly string[],
> = number extends Names['length']
  ? Unchecked
  : Name extends Names[number]
    ? ArgumentType<PositionOf<Name, Names>, A>
    : Missing;

type PositionOf<Name extends string, Names extends readonly string[]> = {
  [Index in keyof Names & `${number}`]: Names[Index] extends Name ? Index : never;
}[keyof Names & `${number}`];

type FoundIn<T, Path extends string> = 0 extends 1 & T
  ? true
  : Path extends `${infer Head}.${infer Rest}`
    ? FoundIn<PropertyType<NonNullable<T>, Head>, Rest>
    : IsThere<PropertyType<NonNullable<T>, Path>>;

// One member of a union that lacks it is enough to be missing; a function is no part of a key.
type IsThere<T> = 0 extends 1 & T
  ? true
  : [T] extends [(...args: never[]) => unknown]
    ? false
    : [Extract<T, Missing>] extends [never]
      ? true
      : false;

type PropertyType<T, Name extends string> = T extends Missing
  ? Missing
  : Name extends keyof T
    ? T[Name]
    : Name extends `${infer Index extends number}`
      ? Index extends keyof T
        ? T[Index]
        : Missing
      : Missing;

/** Not known to the compiler: `any`, so that every path into it passes. */
// biome-ignore lint/suspicious/noExplicitAny: the one type into which every path leads
type Unchecked = any;

declare const missing: unique symbol;
/** What stands for an argument or a property that is not there. */
interface Missing {
  readonly [missing]: never;
}
