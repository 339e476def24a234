import { keptUnlessAbsent } from './fields';

interface Resource {
  readonly region?: string | undefined;
  readonly accountId?: string | undefined;
  readonly id?: string | undefined;
}

/** Reads the vendor's name of a resource, `acs:ecs:cn-hangzhou:1234****:instance/i-bp1****`; whatever it lacks is left out. */
export function readResourceName(name: string | undefined): Resource {
  const [scheme, , region, accountId, ...path] = name?.split(':') ?? [];
  if (scheme !== 'acs') return {};
  return {
    region: keptUnlessAbsent(region),
    accountId: keptUnlessAbsent(accountId),
    id: keptUnlessAbsent(path.join(':').split('/').at(-1)),
  };
}
