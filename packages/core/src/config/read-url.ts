import { CacheConfigError } from '../contract/errors.ts';
import { didYouMean } from './nearest.ts';
import { readSettings } from './parameters.ts';
import { type Problems, refuse } from './problems.ts';
import type { SchemeForm } from './scheme.ts';
import { parseUrl } from './url.ts';
import { settingsFromUrl } from './url-settings.ts';

/** A URL read by the form of its scheme. */
export interface ReadUrl {
  readonly scheme: string;
  /** Checked, with the defaults filled in; of the types the parameters declare. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * Reads a URL by one of `forms`, at once: for the option `url` of a backend package, which has only its own schemes.
 * @throws {CacheConfigError} with everything that is wrong with it
 */
export function readUrl(text: string, forms: Readonly<Record<string, SchemeForm>>, what = 'url'): ReadUrl {
  const url = parseUrl(text, what);
  const form = Object.hasOwn(forms, url.scheme) ? forms[url.scheme] : undefined;
  if (form === undefined) {
    const known = Object.keys(forms);
    const hint = didYouMean(url.scheme, known, (name) => `${name}://`);
    throw new CacheConfigError(
      `${what}: expected one of ${known.map((name) => `${name}://`).join(', ')}, got "${url.scheme}://"${hint}`,
    );
  }
  const problems: Problems = [];
  const given = settingsFromUrl(url, form, what, problems);
  const settings = readSettings(form, given, what, problems);
  refuse(problems);
  return { scheme: url.scheme, settings };
}
