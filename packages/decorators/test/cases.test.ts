import { afterAll, describe, test } from 'vitest';
import { cases } from './cases/index.ts';
import { decorated } from './faces/decorated.ts';
import { entityFace } from './faces/entity.ts';
import type { Face } from './faces/face.ts';
import { functionFace } from './faces/function.ts';
import { methodFace } from './faces/method-face.ts';
import { decorated as decoratedByLegacy } from './legacy/decorated.ts';

const faces: readonly Face[] = [
  functionFace,
  methodFace('standard', decorated),
  methodFace('experimentalDecorators', decoratedByLegacy),
  entityFace,
];
/** What stands in the table for a case and a face: nothing, or why the face cannot have it. */
const lacks = (face: Face, needs: readonly string[] = []): string | undefined => {
  const missing = needs.find((feature) => feature in face.cannot);
  return missing === undefined ? undefined : face.cannot[missing as keyof Face['cannot']];
};

for (const face of faces) {
  describe(face.name, () => {
    for (const one of cases) if (lacks(face, one.needs) === undefined) test(one.title, () => one.run(face));
  });
}

// The table: a column for each face, and one for what a face cannot have.
afterAll(() => {
  const rows = cases.map(({ title, needs }) => {
    const reasons = faces.map((face) => lacks(face, needs));
    const marks = reasons.map((reason) => (reason === undefined ? 'x' : '-')).join(' ');
    const cannot = faces.flatMap(({ name }, index) =>
      reasons[index] === undefined ? [] : `${name}: ${reasons[index]}`,
    );
    return `  ${marks}  ${title}${cannot.length === 0 ? '' : `  [${cannot.join('; ')}]`}`;
  });
  const heads = faces.map(({ name }, index) => `  ${'| '.repeat(index)}${name}`);
  process.stdout.write(`\n${[...heads, ...rows].join('\n')}\n\n`);
});
