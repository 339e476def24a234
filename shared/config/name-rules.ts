import { didYouMean, type Finding } from './finding';
import type { GatewayParts, Item, NameParts, Parts } from './parts';
import { quoted } from './positions';
import { nearest } from './suggest';

export function nameOutsideZone({ names }: Parts): readonly Finding[] {
  return names.flatMap(({ name, zone }) =>
    zone === undefined || name === zone || name.endsWith(`.${zone}`)
      ? []
      : [
          {
            path: ['names', name, 'zone'],
            spot: 'value',
            message: `${quoted(name)} is not in the zone ${quoted(zone)}`,
          },
        ],
  );
}

export function unknownGateway({ gateways, names }: Parts): readonly Finding[] {
  const known = gateways.map(({ name }) => name);
  return names.flatMap(({ gateway, name }) =>
    gateway === undefined || known.includes(gateway)
      ? []
      : [
          {
            path: ['names', name, 'gateway'],
            spot: 'value',
            message: `there is no gateway ${quoted(gateway)} under gateways${didYouMean(nearest(gateway, known))}`,
          },
        ],
  );
}

/** Clients that no line is meant for get the default line. */
export function noDefaultLine({ names }: Parts): readonly Finding[] {
  return names.flatMap(({ lines, name }) =>
    lines === undefined || lines.some(({ line }) => line === 'default')
      ? []
      : [
          {
            path: ['names', name, 'lines'],
            spot: 'key',
            message: 'needs the line default, for clients of no other line',
          },
        ],
  );
}

/** Where there are several lines, what the clients of one are answered is seen through a network of theirs only. */
export function lineWithoutSubnet({ names }: Parts): readonly Finding[] {
  return names.flatMap(({ lines = [], name, publish, subnets }) => {
    if (lines.length < 2 || publish === undefined || publish === 'none') return [];
    return lines
      .filter(({ line }) => !subnets.includes(line))
      .map(({ line }) => ({
        path: ['names', name, 'lines', line],
        spot: 'key',
        message: `has no client network under subnets, so that what it answers cannot be seen: an address is taken off it once another has been there for 5 minutes`,
      }));
  });
}

export function lineOutsideGateway(parts: Parts): readonly Finding[] {
  return eachLine(parts, ({ name }, gateway, line, regions) => {
    const known = gateway.regions.map(({ value }) => value);
    return regions
      .filter(({ value }) => !known.includes(value))
      .map(({ index, value }) => ({
        path: ['names', name, 'lines', line, index],
        spot: 'value',
        message: `the gateway ${quoted(gateway.name)} does not run in ${quoted(value)}${didYouMean(nearest(value, known))}`,
      }));
  });
}

export function repeatedRegionOfLine(parts: Parts): readonly Finding[] {
  return eachLine(parts, ({ name }, _, line, regions) =>
    regions
      .filter(({ value }, place) => regions.slice(0, place).some((earlier) => earlier.value === value))
      .map(({ index, value }) => ({
        path: ['names', name, 'lines', line, index],
        spot: 'value',
        message: `${quoted(value)} is there already`,
      })),
  );
}

/** What a name answers must be known, or records of the gateway's own CLBs would count as somebody else's. */
export function ownLoadBalancersUnknown({ gateways, names }: Parts): readonly Finding[] {
  return names.flatMap(({ gateway, lines, name, publish }) => {
    const found = gateways.find((each) => each.name === gateway);
    if (found === undefined || publish === undefined || publish === 'none') return [];
    const led = new Set((lines?.flatMap(({ regions }) => regions) ?? found.regions).map(({ value }) => value));
    const known = found.loadBalancers.map(({ region }) => region);
    const missing = found.regions.map(({ value }) => value).filter((each) => led.has(each) && !known.includes(each));
    return missing.map((region) => ({
      path: ['names', name, 'publish'],
      spot: 'key',
      message: `needs the ids of the gateway's own CLBs in ${region}: gateways.${found.name}.loadBalancers.${region}`,
    }));
  });
}

export function loadBalancerOutsideGateway({ gateways }: Parts): readonly Finding[] {
  return gateways.flatMap((gateway) =>
    outsideGateway(
      gateway,
      'loadBalancers',
      gateway.loadBalancers.map(({ region }) => region),
    ),
  );
}

export function outsideGateway(
  { name, regions }: GatewayParts,
  section: 'alarms' | 'loadBalancers',
  named: readonly string[],
): readonly Finding[] {
  const known = regions.map(({ value }) => value);
  return named
    .filter((region) => !known.includes(region))
    .map((region) => ({
      path: ['gateways', name, section, region],
      spot: 'key',
      message: `the gateway does not run in ${quoted(region)}${didYouMean(nearest(region, known))}`,
    }));
}

export function sharedLoadBalancer({ gateways }: Parts): readonly Finding[] {
  const all = gateways.flatMap(({ loadBalancers, name }) =>
    loadBalancers.flatMap(({ ids, region }) => ids.map((id) => ({ ...id, gateway: name, region }))),
  );
  return all.flatMap(({ gateway, index, region, value }, place) => {
    const earlier = all.slice(0, place).find((other) => other.value === value);
    if (earlier === undefined) return [];
    const message = `${quoted(value)} stands in front of ${earlier.gateway} in ${earlier.region} already`;
    return [{ path: ['gateways', gateway, 'loadBalancers', region, index], spot: 'value', message }];
  });
}

/** An instance can only be bought in a zone of its region. */
export function zoneOutsideRegion({ regions }: Parts): readonly Finding[] {
  return regions.flatMap(({ id, zones }) =>
    zones
      .filter(({ value }) => !value.startsWith(`${id}-`))
      .map(({ index, value }) => ({
        path: ['regions', id, 'loadBalancers', 'zones', index],
        spot: 'value',
        message: `${quoted(value)} is not a zone of ${id}`,
      })),
  );
}

export function releaseOverTarget({ policies }: Parts): readonly Finding[] {
  return policies.flatMap(({ loadBalancers, name }) => {
    const { releaseBelow, target } = loadBalancers ?? {};
    if (releaseBelow === undefined || target === undefined || releaseBelow <= target) return [];
    return [
      {
        path: ['policies', name, 'loadBalancers', 'releaseBelow'],
        spot: 'value',
        message: 'is over the target, so that a release would be undone at once',
      },
    ];
  });
}

function eachLine(
  { gateways, names }: Parts,
  check: (name: NameParts, gateway: GatewayParts, line: string, regions: readonly Item<string>[]) => readonly Finding[],
): readonly Finding[] {
  return names.flatMap((name) => {
    const gateway = gateways.find((each) => each.name === name.gateway);
    if (gateway === undefined) return [];
    return (name.lines ?? []).flatMap(({ line, regions }) => check(name, gateway, line, regions));
  });
}
