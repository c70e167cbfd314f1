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
const reasons = new Set<string>();

/** What stands in the table for a case and a face: nothing, or why the face cannot have it. */
const lacks = (face: Face, needs: readonly string[] = []): string | undefined => {
  const missing = needs.find((feature) => feature in face.cannot);
  return missing === undefined ? undefined : face.cannot[missing as keyof Face['cannot']];
};

for (const face of faces) {
  describe(face.name, () => {
    for (const one of cases) {
      const reason = lacks(face, one.needs);
      if (reason === undefined) test(one.title, () => one.run(face));
      else reasons.add(`${face.name}: ${one.title}\n      ${reason}`);
    }
  });
}

afterAll(() => {
  const counts = faces.map(
    (face) => `${face.name} ${cases.filter(({ needs }) => lacks(face, needs) === undefined).length}`,
  );
  const absent = [...reasons].map((reason) => `    ${reason}`).join('\n');
  process.stdout.write(
    `\n  ${cases.length} cases of one mechanism: ${counts.join(', ')}\n  What a face cannot have:\n${absent}\n`,
  );
});
