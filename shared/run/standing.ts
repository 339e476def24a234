import type { ExtraClb } from '../core/extra-clbs';
import type { FrontService } from '../core/front-service';
import type { FrontServices } from '../ports';
import type { SeenGateway } from './observe-fronts';

/** The Services in front of a gateway while a look goes on: each as it was last read or written. */
export interface Standing {
  /** Of everybody, in the namespaces that hold gateways. */
  all(): readonly FrontService[];
  /** Those of the gateway's extra CLBs, by ordinal. */
  extras(): readonly FrontService[];
  /** The same Service as it was read or written last; as it was when somebody deleted it. */
  newest(service: FrontService): FrontService;
  put(service: FrontService): void;
  ended(service: FrontService): void;
  /** Reads all of them again, for what other looks did meanwhile. Throws CloudError. */
  listAgain(): Promise<void>;
}

export function createStanding(
  { list }: Pick<FrontServices, 'list'>,
  place: Pick<SeenGateway, 'own'>,
  gateway: string,
  listed: readonly FrontService[],
): Standing {
  let byUid = indexed(listed);
  return {
    all: () => [...byUid.values()],
    extras: () => byOrdinal([...byUid.values()].filter((service) => isExtraOf(service, place, gateway))),
    newest: (service) => byUid.get(service.uid) ?? service,
    put: (service) => {
      byUid.set(service.uid, service);
    },
    ended: ({ uid }) => {
      byUid.delete(uid);
    },
    listAgain: async () => {
      byUid = indexed(await list());
    },
  };
}

function indexed(services: readonly FrontService[]): Map<string, FrontService> {
  return new Map(services.map((service) => [service.uid, service]));
}

/** Whether a Service is that of an extra CLB of the gateway. */
export function isExtraOf({ intent, namespace }: FrontService, { own }: Pick<SeenGateway, 'own'>, gateway: string) {
  return namespace === own.namespace && intent?.gateway === gateway;
}

/** Those whose notes can be read. */
export function readable(services: readonly FrontService[], sick: ReadonlySet<string>): readonly ExtraClb[] {
  return services.flatMap(({ intent }) =>
    intent?.seen.ok ? [{ intent: intent.seen.value, sick: sick.has(intent.seen.value.name) }] : [],
  );
}

export function byOrdinal(services: readonly FrontService[]): readonly FrontService[] {
  return services.toSorted((a, b) => ordinalOf(a) - ordinalOf(b));
}

function ordinalOf({ intent }: FrontService): number {
  return intent?.seen.ok ? intent.seen.value.ordinal : 0;
}
