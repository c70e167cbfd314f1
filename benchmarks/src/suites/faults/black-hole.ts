import { isSwallowed } from './faults.ts';
import { questions } from './questions.ts';

export const { p50, p99, unanswered, stale, ghosts, recovery } = questions(
  'The network swallows everything for three seconds',
  isSwallowed,
);
