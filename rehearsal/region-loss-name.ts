import type { Configuration } from '../shared/config/load';
import { type PublishedName, publishedNames } from '../shared/config/names';
import { SECOND } from '../shared/core/time';
import { LINES } from './cloud/products/alidns/lines';

/** A name with two regions on a line, of which one is to die, and what had to be made up for that. */
export interface NameToLose {
  readonly name: string;
  /** As the configuration has it. */
  readonly described: Configuration['names'][string];
  readonly dying: string;
  /** Where the clients of each line are. */
  readonly networks: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

type Line = PublishedName['lines'][number];

const MADE_UP: Pick<PublishedName, 'lines' | 'mode' | 'name' | 'subnets' | 'ttl' | 'weights' | 'zone'> = {
  name: 'www.example.com',
  zone: 'example.com',
  ttl: 60,
  weights: 'off',
  mode: 'active-active',
  subnets: {},
  lines: [],
};

/** @param regions of the gateway, two or more; the first dies if any clients are led there */
export function nameToLose(original: Configuration, gateway: string, regions: readonly string[]): NameToLose {
  const own = publishedNames(original).find((each) => each.gateway === gateway);
  const name = own ?? MADE_UP;
  const { dying, lines, notes } = linesToLose(name, regions);
  return {
    name: name.name,
    described: {
      zone: name.zone,
      gateway,
      publish: 'auto',
      ttl: name.ttl * SECOND,
      lines: Object.fromEntries(lines.map((line) => [line.line, [...line.regions]])),
      subnets: Object.fromEntries(
        lines.flatMap(({ line }) => (name.subnets[line] === undefined ? [] : [[line, name.subnets[line]]])),
      ),
      weights: name.weights,
      mode: name.mode,
    },
    dying,
    networks: new Map(lines.map(({ line }, place) => [line, name.subnets[line] ?? `10.77.${place}.0/24`])),
    notes: [...(own === undefined ? [`No name leads to the gateway; ${name.name} is made up.`] : []), ...notes],
  };
}

/** A line that leads to the dying region and to another one is what there is to see. */
function linesToLose(
  { lines, mode, name }: Pick<PublishedName, 'lines' | 'mode' | 'name'>,
  regions: readonly string[],
): { readonly lines: readonly Line[]; readonly dying: string; readonly notes: readonly string[] } {
  const [first = ''] = regions;
  const known = lines.filter(({ line }) => LINES.some(({ code }) => code === line));
  const notes = lines
    .filter((line) => !known.includes(line))
    .map(({ line }) => `The emulated DNS does not know the line ${line}; its clients are those of default.`);
  const wide = known.filter((line) => line.regions.length > 1);
  const leads = (line: Line): boolean => answering(mode, line).includes(first);
  if (wide.some(leads)) return { lines: known, dying: first, notes: [...notes, ...lonely(known, first)] };
  const [dying] = wide.flatMap((line) => answering(mode, line));
  if (dying !== undefined) {
    const note = `Clients of ${name} are not led to ${first} and elsewhere on any line; ${dying} dies here.`;
    return { lines: known, dying, notes: [...notes, note, ...lonely(known, dying)] };
  }
  const note = `No line of ${name} leads to two regions; default does here.`;
  return {
    lines: [{ line: 'default', regions }],
    dying: first,
    notes: lines.length === 0 ? notes : [...notes, note],
  };
}

/** Regions of a line that answer while all are well. */
export function answering(mode: PublishedName['mode'], { regions }: Line): readonly string[] {
  return mode === 'active-standby' ? regions.slice(0, 1) : regions;
}

function lonely(lines: readonly Line[], dying: string): readonly string[] {
  return lines
    .filter(({ regions }) => regions.length === 1 && regions[0] === dying)
    .map(({ line }) => `The line ${line} leads to ${dying} alone: its clients have nowhere else to go.`);
}
