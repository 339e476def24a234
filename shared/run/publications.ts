import type { RecordsOfAddress } from '../core/clb-stage';
import { QUESTIONS_UNDER_WEIGHTS } from '../core/publication-weights';
import { isMarked } from '../core/record-mark';
import { isAddress, type NameServer, type QuestionType } from '../core/zone';
import type { Clock, Resolver, Zones, ZoneWriter } from '../ports';
import { deleteDisabled } from './delete-disabled';

/** A name under which a gateway's addresses are published. */
export interface NameToAsk {
  readonly name: string;
  readonly zone: string;
  readonly lines: readonly { readonly line: string }[];
  /** Client networks that stand for lines; a line without one cannot be asked for. */
  readonly subnets: Readonly<Record<string, string>>;
  readonly weights: 'even' | 'off';
}

/** What is published of one gateway. Throws CloudError: what could not be read whole is never an absence. */
export interface Publications {
  of(address: string): Promise<RecordsOfAddress>;
  /** Deletes them, each provided that it is still disabled, by a request that cannot land late. */
  deleteDisabled(address: string, writer: Pick<ZoneWriter, 'remove'>): Promise<void>;
}

export interface PublicationSources {
  readonly clock: Clock;
  /** Of the whole configuration: an address is looked for everywhere. */
  readonly everyZone: readonly string[];
  /** Of the gateway. */
  readonly names: readonly NameToAsk[];
  readonly zones: Zones;
  readonly resolver: Resolver;
  readonly nameServers: (hosts: readonly string[]) => Promise<readonly NameServer[]>;
}

export function createPublications(sources: PublicationSources): Publications {
  async function recordsWith(address: string) {
    const sets = await Promise.all(sources.everyZone.map((zone) => sources.zones.records(zone)));
    return sets.flatMap(({ records }) => records.filter((record) => isAddress(record) && record.value === address));
  }

  return {
    of: async (address) => {
      const records = await recordsWith(address);
      const disabled = records.filter(({ enabled }) => !enabled);
      const enabled = records.length - disabled.length;
      return {
        enabled,
        disabled: disabled.filter(isMarked).length,
        disabledOfOthers: disabled.filter((record) => !isMarked(record)).length,
        // Nobody needs to be asked what the records say already.
        answered: enabled > 0 || (await isAnswered(sources, address)),
      };
    },
    deleteDisabled: (address, writer) => deleteDisabled(sources, writer, address),
  };
}

async function isAnswered(sources: PublicationSources, address: string): Promise<boolean> {
  for (const name of sources.names) {
    const { nameServers } = await sources.zones.info(name.zone);
    const servers = await sources.nameServers(nameServers);
    for (const subnet of subnetsOf(name)) {
      for (const server of servers) if (await answers(sources.resolver, name, server, subnet, address)) return true;
    }
  }
  return false;
}

/** The default line is what a server answers to those it knows nothing of. */
function subnetsOf({ lines, subnets }: NameToAsk): readonly (string | undefined)[] {
  return lines.flatMap(({ line }) => {
    const subnet = subnets[line];
    return subnet === undefined && line !== 'default' ? [] : [subnet];
  });
}

async function answers(
  resolver: Resolver,
  { name, weights }: NameToAsk,
  server: NameServer,
  subnet: string | undefined,
  address: string,
): Promise<boolean> {
  const type: QuestionType = address.includes(':') ? 'AAAA' : 'A';
  const question = { server, name, type, ...(subnet === undefined ? {} : { subnet }) };
  const questions = weights === 'even' ? QUESTIONS_UNDER_WEIGHTS : 1;
  for (let asked = 0; asked < questions; asked += 1) {
    const { records } = await resolver.ask(question);
    if (records.some(({ value }) => value === address)) return true;
  }
  return false;
}
