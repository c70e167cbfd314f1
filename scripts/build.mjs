import { prepare } from './workspace.mjs';

/** `npm run build`: what changed of the packages and the programs, as every other command does first. */
export default async function build(args) {
  if (args.length > 0) throw new Error(`npm run build: expected no words, got ${args.join(' ')}`);
  await prepare();
  return 0;
}
