import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The licence of a package and what says so. */
export interface FoundLicence {
  /** As an SPDX expression where it is given as one; `unknown` when nothing says. */
  readonly licence: string;
  readonly from: 'package.json' | 'its file' | 'nowhere';
}

const texts: readonly (readonly [string, RegExp])[] = [
  ['Apache-2.0', /Apache License,?\s+Version 2\.0/i],
  ['MIT', /\bMIT License\b|Permission is hereby granted, free of charge/i],
  ['ISC', /\bISC License\b|Permission to use, copy, modify, and\/or distribute this software for any/i],
  ['BSD-3-Clause', /Redistribution and use[\s\S]*Neither the name/i],
  ['BSD-2-Clause', /Redistribution and use in source and binary forms/i],
];

/** What the manifest says, in any of the forms it has had; else what its licence file begins with. */
export async function findLicence(folder: string, manifest: unknown): Promise<FoundLicence> {
  const said = [manifest]
    .flat()
    .map(nameIn)
    .filter((name) => name !== undefined);
  if (said.length > 0) return { licence: said.join(' OR '), from: 'package.json' };
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((name) => /^licen[cs]e/i.test(name)).sort()) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => '');
    const known = texts.find(([, pattern]) => pattern.test(text.slice(0, 4_000)));
    if (known !== undefined) return { licence: known[0], from: 'its file' };
  }
  return { licence: 'unknown', from: 'nowhere' };
}

function nameIn(licence: unknown): string | undefined {
  const name = typeof licence === 'object' && licence !== null ? (licence as { type?: unknown }).type : licence;
  return typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, 100) : undefined;
}
