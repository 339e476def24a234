import type { Mode } from '../core/decision';
import type { NameToPublish } from '../core/publication-model';
import { SECOND } from '../core/time';
import type { Configuration } from './schema';

/** A DNS name that leads to a gateway, with every default filled in; the regions of a line are in the order of the file. */
export interface PublishedName extends Omit<NameToPublish, 'publish'> {
  readonly publish: 'none' | Mode;
}

/** The names of a configuration, in the order of the file. */
export function namesOf({ gateways, names }: Pick<Configuration, 'gateways' | 'names'>): readonly PublishedName[] {
  return Object.entries(names).map(([name, { gateway, lines, mode, publish, subnets, ttl, weights, zone }]) => {
    const found = gateways[gateway];
    if (found === undefined) throw new Error(`name ${name} leads to the gateway ${gateway}, which does not exist`);
    const led = lines ?? { default: found.regions };
    return {
      name,
      zone,
      rr: name === zone ? '@' : name.slice(0, -zone.length - 1),
      gateway,
      publish,
      ttl: ttl / SECOND,
      lines: Object.entries(led).map(([line, regions]) => ({ line, regions })),
      mode,
      subnets,
      weights,
      own: found.loadBalancers,
    };
  });
}

/** Those that we publish, if only in thought: `publish: none` leaves a name to others. */
export function publishedNames(configuration: Pick<Configuration, 'gateways' | 'names'>): readonly NameToPublish[] {
  return namesOf(configuration).flatMap((name) => {
    const { publish } = name;
    return publish === 'none' ? [] : [{ ...name, publish }];
  });
}
