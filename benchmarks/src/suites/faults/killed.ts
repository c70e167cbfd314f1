import { comesBackEmpty } from './faults.ts';
import { questions } from './questions.ts';

export const { p50, p99, unanswered, stale, ghosts, recovery } = questions(
  'Redis is dead for three seconds and comes back empty',
  comesBackEmpty,
);
