import { flaps } from './faults.ts';
import { questions } from './questions.ts';

export const { p50, p99, unanswered, stale, ghosts, recovery } = questions(
  'Redis comes and goes every 300 ms for three seconds',
  flaps,
);
