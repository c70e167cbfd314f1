import type { HostPort, Parameter, SchemeForm } from './scheme.ts';
import { formatHost, formatUrl } from './url.ts';

/**
 * The URL that says the same as `values`, which were read by the parameters of `form` and by `also`. Without `secrets`
 * each of them is `***`.
 */
export function settingsToUrl(
  form: SchemeForm,
  values: ReadonlyMap<string, unknown>,
  { also, secrets }: { readonly also: Readonly<Record<string, Parameter>>; readonly secrets: boolean },
): string {
  const { hosts: hostsForm = 'none', path: pathForm = [] } = form.url ?? {};
  const parameters = { ...also, ...form.parameters };
  const rest = new Map(values);
  const take = (name: string): unknown => {
    const value = rest.get(name);
    rest.delete(name);
    return value;
  };
  const text = (name: string, value: unknown): string =>
    parameters[name]?.secret === true && !secrets ? '***' : printed(value, parameters[name]);
  const credential = (name: string): string | undefined => {
    const value = take(name);
    return value === undefined || value === '' ? undefined : text(name, value);
  };

  const username = credential('username');
  const password = credential('password');
  let hosts: readonly HostPort[] = [];
  if (hostsForm === 'many') {
    hosts = (take('hosts') ?? []) as readonly HostPort[]; // read as hosts
  } else if (hostsForm === 'one') {
    const named = values.has('host') || values.has('port') || username !== undefined || password !== undefined;
    const host = take('host') ?? form.parameters.host?.default;
    const port = take('port') as number | undefined; // read as an integer
    if (named) hosts = [{ host: String(host), ...(port === undefined ? {} : { port }) }];
  }
  const path: string[] = [];
  if (pathForm === 'file')
    path.push(
      ...String(take('path') ?? '')
        .split('/')
        .slice(1),
    );
  else
    for (const name of pathForm)
      if (rest.has(name) && path.length === pathForm.indexOf(name)) path.push(text(name, take(name)));
  const query = new Map(Array.from(rest, ([name, value]) => [name, text(name, value)]));
  return formatUrl({ scheme: form.scheme, username, password, hosts, path, query });
}

/** A value as a URL or a variable has it. */
export function printed(value: unknown, parameter: Parameter | undefined): string {
  if (value === null) return 'never';
  if (Array.isArray(value)) return value.map((item) => (typeof item === 'string' ? item : formatHost(item))).join(',');
  return parameter?.type === 'duration' && value !== 0 ? duration(Number(value)) : String(value);
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

function duration(ms: number): string {
  const unit = units.find(([, size]) => ms % size === 0);
  return unit === undefined ? `${ms}ms` : `${ms / unit[1]}${unit[0]}`;
}
