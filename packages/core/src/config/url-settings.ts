import type { Given } from './parameters.ts';
import type { Problems } from './problems.ts';
import type { SchemeForm } from './scheme.ts';
import type { CacheUrl } from './url.ts';

/**
 * The settings that a URL gives, by the names of the scheme's parameters: its authority and path by the scheme's form,
 * then its query. What the scheme has no place for is added to `problems`.
 * @param what names the URL in messages
 */
export function settingsFromUrl(
  url: CacheUrl,
  scheme: SchemeForm,
  what: string,
  problems: Problems,
): Map<string, Given> {
  const { hosts: hostsForm = 'none', path: pathForm = [] } = scheme.url ?? {};
  const settings = new Map<string, Given>();
  const give = (name: string, part: string, value: unknown): void => {
    if (value !== undefined) settings.set(name, { value, where: `${what} ${part}`, from: 'URL' });
  };
  const none = (part: string): void => {
    problems.push(`${what}: expected no ${part}, ${scheme.scheme}:// has none`);
  };

  for (const [name, part] of [
    ['username', 'user name'],
    ['password', 'password'],
  ] as const) {
    if (url[name] !== undefined && !Object.hasOwn(scheme.parameters, name)) none(part);
    else give(name, part, url[name]);
  }
  if (hostsForm !== 'none' && url.hosts.length === 0 && (url.username ?? url.password) !== undefined)
    problems.push(`${what}: expected a host after the "@"`);
  if (hostsForm === 'many') {
    give('hosts', 'hosts', url.hosts.length === 0 ? undefined : url.hosts);
  } else if (hostsForm === 'one' && url.hosts.length > 1) {
    problems.push(`${what}: expected one host, got ${url.hosts.length}; several go with +cluster:// or +sentinel://`);
  } else if (hostsForm === 'one') {
    give('host', 'host', url.hosts[0]?.host);
    give('port', 'port', url.hosts[0]?.port);
  } else if (url.hosts.length > 0) {
    if (pathForm === 'file') problems.push(`${what}: expected three slashes before the path: ${scheme.scheme}:///…`);
    else none('host');
  }
  if (pathForm === 'file') {
    if (url.path.some((segment) => segment !== '')) give('path', 'path', `/${url.path.join('/')}`);
  } else {
    const segments = url.path.at(-1) === '' ? url.path.slice(0, -1) : url.path;
    if (segments.length > pathForm.length) {
      if (pathForm.length === 0) none('path');
      else problems.push(`${what}: expected a path of /${pathForm.join('/')}, got more segments`);
    }
    for (const [i, name] of pathForm.entries()) give(name, `path (${name})`, segments[i] || undefined);
  }
  for (const [name, given] of settingsFromQuery(url, what)) {
    if (settings.has(name)) problems.push(`${given.where}: expected once, it is given before the "?" as well`);
    else settings.set(name, given);
  }
  return settings;
}

/** The settings that stand in the query of a URL: all of them, or those that have one of `names`. */
export function* settingsFromQuery(url: CacheUrl, what: string, names?: object): Iterable<readonly [string, Given]> {
  for (const [name, value] of url.query) {
    if (names !== undefined && !Object.hasOwn(names, name)) continue;
    const where = `${what} parameter ${/^[\w.-]{1,40}$/.test(name) ? JSON.stringify(name) : 'with an unusual name'}`;
    yield [name, { value, where, from: 'URL' }];
  }
}
