import { standsStill } from './faults.ts';
import { questions } from './questions.ts';

export const { p50, p99, unanswered, stale, ghosts, recovery } = questions(
  'Redis stands still for three seconds',
  standsStill,
);
