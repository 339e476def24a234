import { didYouMean, type Finding } from './finding';
import { outsideGateway } from './name-rules';
import type { Parts } from './parts';
import { quoted } from './positions';
import { nearest } from './suggest';

export function alarmOutsideGateway({ gateways }: Parts): readonly Finding[] {
  return gateways.flatMap((gateway) => outsideGateway(gateway, 'alarms', gateway.alarms));
}

export function unknownGatewayOfAlarm({ alarmRoutes, gateways }: Parts): readonly Finding[] {
  const known = gateways.map(({ name }) => name);
  return alarmRoutes.flatMap(({ gateway, rule }) => {
    if (gateway === undefined || known.includes(gateway)) return [];
    const message = `there is no gateway ${quoted(gateway)} under gateways${didYouMean(nearest(gateway, known))}`;
    return [{ path: ['alarms', 'rules', rule, 'gateway'], spot: 'value', message }];
  });
}

export function alarmRouteOutsideGateway({ alarmRoutes, gateways }: Parts): readonly Finding[] {
  return alarmRoutes.flatMap(({ gateway: name, regions, rule }) => {
    const known = gateways.find((each) => each.name === name)?.regions.map(({ value }) => value);
    if (known === undefined) return [];
    return regions
      .filter(({ value }) => !known.includes(value))
      .map(({ index, value }) => ({
        path: ['alarms', 'rules', rule, 'regions', index],
        spot: 'value',
        message: `the gateway ${quoted(name ?? '')} does not run in ${quoted(value)}${didYouMean(nearest(value, known))}`,
      }));
  });
}
