import type { Reason } from '../core/decision';
import { observeNames, type PublishingResult, publishNames, publishSeen } from './publish';
import { refreshLoads } from './publish-rooms';
import type { PublishingLook } from './publish-run';
import type { WatchedAddress } from './vantage-watch';

/**
 * A look at all names and, as long as the invocation lasts, another one whenever the vantage points say the contrary of what
 * was known, and while a move waits for replicas or for the lease. They watch from the moment that the addresses are known, since
 * the look before watches no longer. The CLBs are not read again for it: clients are what the vantage points see, and a region
 * that fails may take its APIs with it.
 *
 * @param onEnd is told of each look when it ends
 * @returns the looks, the first one first
 */
export async function lookAndWatch(
  look: PublishingLook,
  onEnd: (result: PublishingResult) => void,
): Promise<readonly PublishingResult[]> {
  const looks: PublishingResult[] = [];
  const end = (result: PublishingResult): void => {
    looks.push(result);
    onEnd(result);
  };
  const seen = await observeNames(look);
  const watch = look.failover?.watch;
  if (watch === undefined || seen.addresses.length === 0) {
    end(await publishSeen(look, seen));
    return looks;
  }
  const addresses = (): readonly WatchedAddress[] => looks.at(-1)?.addresses ?? seen.addresses;
  await Promise.all([
    refreshLoads(look),
    watch.watch(addresses, {
      first: async () => end(await publishSeen(look, seen)),
      onChange: async () => end(await publishNames(look, seen.fronts)),
      isWaiting: () => isWaiting(looks.at(-1)),
    }),
  ]);
  return looks;
}

/** What passes by itself within seconds. */
const PASSING: ReadonlySet<Reason> = new Set([
  'SurvivorsNotReady',
  'RegionNotReady',
  'LeaseHeld',
  'ConcurrentChange',
  'NotVerified',
]);

function isWaiting(last: PublishingResult | undefined): boolean {
  const names = last?.zones.flatMap((zone) => zone.names) ?? [];
  return names.some((name) =>
    [name, ...name.failures, ...name.after.lines.flatMap(({ holds }) => holds)].some(({ reason }) =>
      PASSING.has(reason),
    ),
  );
}
