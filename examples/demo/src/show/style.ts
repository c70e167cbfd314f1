import { styleText } from 'node:util';

/** How text is emphasised: not at all where the output is no terminal or `NO_COLOR` is set. */
export interface Style {
  /** Whether the output is a terminal that may be decorated. */
  readonly decorated: boolean;
  title(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  quiet(text: string): string;
}

export function styleFor(output: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Style {
  const decorated = output.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  const as = (format: 'bold' | 'green' | 'red' | 'dim') => (text: string) =>
    decorated ? styleText(format, text) : text;
  return { decorated, title: as('bold'), good: as('green'), bad: as('red'), quiet: as('dim') };
}
