import { type PublishingResult, publishNames } from './publish';
import { refreshLoads } from './publish-rooms';
import type { PublishingLook } from './publish-run';

/**
 * A look at all names and then, as long as the invocation lasts, another one whenever the vantage points say the contrary of
 * what was known. The CLBs are not read again for it: clients are what the vantage points see, and a region that fails may take
 * its APIs with it.
 *
 * @returns the looks, the first one first
 */
export async function lookAndWatch(look: PublishingLook): Promise<readonly PublishingResult[]> {
  const first = await publishNames(look);
  const looks = [first];
  const watch = look.failover?.watch;
  if (watch === undefined || first.addresses.length === 0) return looks;
  let last = first;
  await Promise.all([
    refreshLoads(look),
    watch.watch(
      () => last.addresses,
      async () => {
        last = await publishNames(look, first.fronts);
        looks.push(last);
      },
    ),
  ]);
  return looks;
}
