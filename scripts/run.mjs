// `npm run <command>`: this file alone must be readable to any Node there is, so that an old one gets a sentence and not a syntax error.
import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const floor = manifest.engines.node.replace('>=', '');

function older(version, than) {
  const a = version.split('.').map(Number);
  const b = than.split('.').map(Number);
  return a[0] !== b[0] ? a[0] < b[0] : a[1] !== b[1] ? a[1] < b[1] : a[2] < b[2];
}

if (older(process.versions.node, floor)) {
  console.error(
    `Node: expected ${floor} or newer, got ${process.versions.node}. Install a current Node and run this again.`,
  );
  process.exit(1);
}

const command = process.argv[2];
import(`./${command}.mjs`)
  .then((module) => module.default(process.argv.slice(3)))
  .then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      // What a user can mend is told in one message; anything else is a fault of ours and keeps its stack.
      const expected = error.name === 'NoRedisError' || error.name === 'LaunchError';
      console.error(expected ? error.message : error);
      process.exitCode = 1;
    },
  );
