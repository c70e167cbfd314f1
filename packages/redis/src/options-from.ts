import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { CacheConfigError } from '@cache/core';
import { type ReadUrl, readUrl } from '@cache/core/url';
import type { RedisAddress, RedisBackendOptions, RedisBehaviour, RedisClient, RedisHost } from './options.ts';
import { schemes } from './schemes.ts';

/** `options` without a URL: what it says comes first, and what stands beside it wins. */
export function withoutUrl(options: RedisBackendOptions): RedisBehaviour & (RedisClient | RedisAddress) {
  if (!('url' in options)) return options;
  const { url, ...beside } = options;
  return { ...optionsFrom(readUrl(url, schemes)), ...beside };
}

/** The options that the settings of a scheme mean. */
export function optionsFrom({ scheme, settings }: ReadUrl): RedisBehaviour & RedisAddress {
  const { hosts, tls, ca, cert, key, servername, connectionName, family, keepAlive, ...options } = settings as Settings;
  const { sentinelUsername, sentinelPassword, ...own } = options;
  return given({
    ...own,
    cluster: scheme === 'redis+cluster' ? hosts : undefined,
    sentinels: scheme === 'redis+sentinel' ? hosts : undefined,
    tls: scheme === 'rediss' || tls === true ? tlsFrom({ ca, cert, key, servername }) : undefined,
    ioredis: given({
      connectionName,
      keepAlive,
      family: family === undefined ? undefined : Number(family),
      sentinelUsername,
      sentinelPassword,
    }),
  });
}

/** What any of the schemes may say, by the names of their parameters. */
interface Settings extends RedisBehaviour {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly path?: string | undefined;
  readonly hosts?: readonly RedisHost[] | undefined;
  readonly primary?: string | undefined;
  readonly db?: number | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly sentinelUsername?: string | undefined;
  readonly sentinelPassword?: string | undefined;
  readonly tls?: boolean | undefined;
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly servername?: string | undefined;
  readonly connectionName?: string | undefined;
  readonly family?: '4' | '6' | undefined;
  readonly keepAlive?: number | undefined;
}

function tlsFrom({
  ca,
  cert,
  key,
  servername,
}: Pick<Settings, 'ca' | 'cert' | 'key' | 'servername'>): ConnectionOptions {
  if ((cert === undefined) !== (key === undefined))
    throw new CacheConfigError('cert and key: expected both or neither, got one');
  return given({ ca: contents('ca', ca), cert: contents('cert', cert), key: contents('key', key), servername });
}

function contents(name: string, path: string | undefined): Buffer | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CacheConfigError(`${name}: expected a file that can be read, got ${code}`, { cause });
  }
}

/** Without what is undefined: to ioredis and to TLS a name that is there is a setting. */
function given<T extends object>(options: T): { [Name in keyof T]?: NonNullable<T[Name]> } {
  // sound: exactly the undefined ones are left out
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}
