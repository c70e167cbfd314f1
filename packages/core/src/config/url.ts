import { isIPv6 } from 'node:net';
import { CacheConfigError } from '../contract/errors.ts';
import type { HostPort } from './scheme.ts';

// Why not `URL`: it refuses several hosts, and drops or rewrites what a scheme it does not know says.
//
// url       := scheme "://" [ userinfo "@" ] [ host { "," host } ] { "/" segment } [ "?" name "=" value { "&" name "=" value } ]
// userinfo  := [ user ] [ ":" password ]                host := ( name | "[" IPv6 "]" ) [ ":" port ]
//
// Every part is percent-decoded by itself; "+" stands for itself. No message shows any part of the text but a scheme or
// a port, because a password that was not encoded can end up in every other part.

/** A cache URL taken apart, every part decoded. An empty user name or password is none. */
export interface CacheUrl {
  /** In lower case. */
  readonly scheme: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly hosts: readonly HostPort[];
  /** What stands between the slashes after the hosts. */
  readonly path: readonly string[];
  /** In the order written; a name twice is refused. */
  readonly query: ReadonlyMap<string, string>;
}

const whereSecretsStand = 'a user name and a password stand before an "@": redis://user:password@host:6379';
const howToEncode = 'in a user name, password or parameter write @ as %40, / as %2F, ? as %3F, # as %23, % as %25';

/**
 * Takes a cache URL apart, in linear time.
 * @param what names the URL in messages
 * @throws {CacheConfigError} which shows no part of the text that could be a secret
 */
export function parseUrl(text: string, what = 'url'): CacheUrl {
  const fail = (expected: string, hint?: string): never => {
    throw new CacheConfigError(`${what}: expected ${expected}${hint === undefined ? '' : `; ${hint}`}`);
  };
  const decode = (part: string): string => {
    try {
      return decodeURIComponent(part);
    } catch {
      return fail('percent-encoded UTF-8, got a "%" that begins no such sequence', howToEncode);
    }
  };

  if (text.trim() === '') fail('a URL such as memory:// or redis://localhost:6379, got an empty text');
  if (text.trim() !== text) fail('a URL, got white space before or after it');
  if (hasControls(text)) fail('a URL, got a control character in it');
  const start = text.indexOf('://');
  const scheme = text.slice(0, Math.max(start, 0)).toLowerCase();
  if (start < 0) fail('a URL such as memory:// or redis://localhost:6379, got a text without "://"');
  if (!/^[a-z][a-z0-9+.-]{0,39}$/.test(scheme)) fail('a scheme of letters, digits, "+", "-" and "." before "://"');
  if (text.includes('#', start)) fail('no "#"', howToEncode);

  const rest = text.slice(start + 3);
  const queryAt = rest.indexOf('?');
  const address = queryAt < 0 ? rest : rest.slice(0, queryAt);
  const slash = address.indexOf('/');
  const authority = slash < 0 ? address : address.slice(0, slash);
  if (authority !== '' && rest.includes('@', authority.length)) fail('no "@" after the address', howToEncode);

  const at = authority.lastIndexOf('@');
  const colon = at < 0 ? -1 : authority.slice(0, at).indexOf(':');
  const username = at < 0 ? '' : decode(authority.slice(0, colon < 0 ? at : colon));
  const password = colon < 0 ? '' : decode(authority.slice(colon + 1, at));
  const servers = authority.slice(at + 1);
  const query = new Map<string, string>();
  for (const pair of queryAt < 0 ? [] : rest.slice(queryAt + 1).split('&')) {
    const equals = pair.indexOf('=');
    if (equals < 1) fail('parameters of the form name=value, with "&" between them');
    const name = decode(pair.slice(0, equals));
    if (query.has(name)) fail('each parameter once', `one is given twice${shownName(name)}`);
    query.set(name, decode(pair.slice(equals + 1)));
  }
  return {
    scheme,
    username: username === '' ? undefined : username,
    password: password === '' ? undefined : password,
    hosts: servers === '' ? [] : servers.split(',').map((host) => parseHost(host, what, decode, at < 0)),
    path:
      slash < 0
        ? []
        : address
            .slice(slash + 1)
            .split('/')
            .map(decode),
    query,
  };
}

/**
 * One server: `host`, `host:port`, `[::1]:port`.
 * @param bare whether it may be a user name and a password that lack their "@host"
 * @throws {CacheConfigError}
 */
export function parseHost(
  text: string,
  what: string,
  decode: (part: string) => string = (part) => part,
  bare = false,
): HostPort {
  const hint = bare && text.includes(':') ? `; ${whereSecretsStand}` : '';
  const fail = (message: string): never => {
    throw new CacheConfigError(`${what}: ${message}`);
  };
  const bracket = text.startsWith('[') ? text.indexOf(']') : -1;
  if (bracket < 0 && text.startsWith('[')) fail('host: expected a "]" behind the IPv6 address: [::1]:6379');
  const colon = text.indexOf(':', bracket + 1);
  const hostText = colon < 0 ? text : text.slice(0, colon);
  const host = decode(bracket < 0 ? hostText : hostText.slice(1, -1));
  if (bracket >= 0 && (hostText.length !== bracket + 1 || !isIPv6(host)))
    fail('host: expected an IPv6 address between the brackets, and nothing but a port behind them: [::1]:6379');
  if (bracket < 0 && text.indexOf(':', colon + 1) > colon && colon >= 0)
    fail('host: expected one ":" before the port; write an IPv6 address in brackets: [::1]:6379');
  if (bracket < 0 && host === '') fail(`host: expected a name or an address, got nothing${hint}`);
  if (bracket < 0 && !/^[\p{L}\p{N}._-]+$/u.test(host))
    fail('host: expected letters, digits, ".", "-" and "_"; write an IPv6 address in brackets: [::1]:6379');
  if (colon < 0) return { host };
  const port = text.slice(colon + 1);
  // what is not a number may be a password whose "@host" was forgotten
  if (!/^\d{1,9}$/.test(port)) fail(`port: expected an integer from 1 to 65535, got something else${hint}`);
  if (Number(port) < 1 || Number(port) > 65_535) fail(`port: expected an integer from 1 to 65535, got ${port}`);
  return { host, port: Number(port) };
}

/** The URL in text: `parseUrl(formatUrl(url))` equals `url`. Contains the password. */
export function formatUrl(url: CacheUrl): string {
  const encode = (part: string): string => encodeURIComponent(part).replace(/%2[BC]/g, decodeURIComponent);
  const user = url.username === undefined ? '' : encodeURIComponent(url.username);
  const userinfo = url.password === undefined ? user : `${user}:${encodeURIComponent(url.password)}`;
  const query = Array.from(url.query, ([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  const path = url.path.map((segment) => `/${encode(segment)}`).join('');
  const hosts = url.hosts.map(formatHost).join(',');
  return `${url.scheme}://${userinfo === '' ? '' : `${userinfo}@`}${hosts}${path}${query === '' ? '' : `?${query}`}`;
}

/** One server in text, as {@link parseHost} reads it. */
export function formatHost({ host, port }: HostPort): string {
  const name = host.includes(':') ? `[${host.replace('%', '%25')}]` : encodeURIComponent(host);
  return port === undefined ? name : `${name}:${port}`;
}

function shownName(name: string): string {
  return /^[\w.-]{1,40}$/.test(name) ? `: ${name}` : '';
}

function hasControls(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code === 127) return true;
  }
  return false;
}
