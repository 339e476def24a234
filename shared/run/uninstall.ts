import { CloudError } from '../errors';
import type { Log } from '../ports';
import { errorFields } from './error-fields';

/** One place of which something is taken back, as it was seen. */
export interface PlaceSeen {
  /** For example `zone example.com`. */
  readonly place: string;
  readonly refusals: readonly string[];
  /** Each of them is whole by itself. */
  readonly works: readonly Undoing[];
  readonly left: readonly string[];
}

/** One write, in words and in deed. Throws CloudError. */
export interface Undoing {
  readonly words: string;
  readonly work: () => Promise<void>;
}

/** What became of all places. */
export interface Uninstalled {
  readonly refusals: readonly string[];
  readonly would: readonly string[];
  readonly done: readonly string[];
  /** What stopped it half-way. */
  readonly problem: string | undefined;
  readonly left: readonly string[];
}

/**
 * Takes back what is ours, place by place and step by step; nothing where anything must be done first, or in a dry run. It stops at
 * the first write that is refused, and looks again at the end: what is left is what the next run begins with. Throws CloudError
 * where a place cannot be seen before anything is written.
 */
export async function uninstall(
  log: Log,
  see: () => Promise<readonly PlaceSeen[]>,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Uninstalled> {
  const places = await see();
  const refusals = places.flatMap((place) => place.refusals);
  const left = places.flatMap((place) => place.left);
  const works = worksOf(places);
  const would = works.map(({ words }) => words);
  if (dryRun || refusals.length > 0) return { refusals, would, done: [], problem: undefined, left };
  const done: string[] = [];
  for (const { words, work } of works) {
    const problem = await attempted(log, { words, work });
    if (problem !== undefined) return { refusals, would, done, problem, left };
    done.push(words);
  }
  const problem = done.length === 0 ? undefined : await stillThere(log, see);
  return { refusals, would, done, problem, left };
}

/** What a second look finds. Where there is none, what was written is said all the same. */
async function stillThere(log: Log, see: () => Promise<readonly PlaceSeen[]>): Promise<string | undefined> {
  try {
    const after = await see();
    const still = [...after.flatMap((place) => place.refusals), ...worksOf(after).map(({ words }) => words)];
    return still.length === 0 ? undefined : `not yet: ${still.join('; ')}`;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    log.error('command-failed', { action: 'uninstall', kind: error.kind, error: error.message });
    return `whether anything is left could not be seen: ${error.message}`;
  }
}

function worksOf(places: readonly PlaceSeen[]): readonly Undoing[] {
  return places.flatMap(({ place, works }) => works.map(({ words, work }) => ({ words: `${place}: ${words}`, work })));
}

async function attempted(log: Log, { words, work }: Undoing): Promise<string | undefined> {
  try {
    await work();
    log.info('write', { step: words });
    return undefined;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    log.error('write-failed', { step: words, ...errorFields(error) });
    return `${words}: ${error.message}`;
  }
}
