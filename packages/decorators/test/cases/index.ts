import { answersCases } from './answers.ts';
import { callsCases } from './calls.ts';
import { keysCases } from './keys.ts';
import type { Case } from './kit.ts';
import { optionsCases } from './options.ts';

/** What is true of the mechanism, whichever face it has. */
export const cases: readonly Case[] = [...answersCases, ...callsCases, ...keysCases, ...optionsCases];
