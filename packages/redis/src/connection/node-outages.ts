import { sentence } from '../errors/sentence.ts';

/**
 * Nodes of a cluster that are away: one line for each outage, and one for its end. A node that fails is told of once the
 * others have answered without naming a successor: where none answers it is the whole cluster that is away, which is
 * another's to tell, and a connection that is made anew at once is no outage.
 */
export interface NodeOutages {
  /** Nothing is to be had of node `name`. False: it is known. */
  suspect(name: string, failure: string): boolean;
  /** `name` answers. */
  answered(name: string): void;
  /** A node told which of them own slots. */
  learned(owners: () => ReadonlySet<string>): void;
  /** The whole cluster is away. */
  over(): void;
}

export function nodeOutages(warn: (message: string) => void): NodeOutages {
  const suspected = new Map<string, { readonly failure: string; readonly since: number }>();
  // Outlives the connections to the cluster: a node that was told of is told of when it is back.
  const told = new Map<string, number>();

  const ended = (name: string, how: string): void => {
    const since = told.get(name);
    if (!told.delete(name)) return;
    warn(`redis node ${name}: ${how}, after ${((performance.now() - (since as number)) / 1000).toFixed(1)} s.`);
  };

  return {
    suspect(name, failure) {
      if (told.has(name)) return false;
      if (!suspected.has(name)) suspected.set(name, { failure, since: performance.now() });
      return true;
    },
    answered(name) {
      suspected.delete(name);
      ended(name, 'back');
    },
    learned(owners) {
      if (suspected.size + told.size === 0) return;
      const now = owners();
      for (const name of told.keys()) if (!now.has(name)) ended(name, 'its slots are served by another node');
      for (const [name, { failure, since }] of suspected) {
        suspected.delete(name);
        if (!now.has(name)) continue;
        told.set(name, since);
        warn(`redis node ${name}: ${sentence(failure)} Until it is back or replaced, its slots fail; trying again.`);
      }
    },
    over: () => suspected.clear(),
  };
}
