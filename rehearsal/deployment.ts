import { ASYNC_SETTINGS, DEPLOYMENTS, needsVpc, PREFIX, RUNTIME } from '../deploy/functions';
import { ramPolicy, TRUST_POLICY } from '../deploy/ram-policies';
import type { Configuration } from '../shared/config/load';
import { FUNCTIONS, type FunctionName } from '../shared/core/function-name';
import type { Cloud, FunctionSettings } from './cloud';

/** As `s deploy` sets a function up in a region: the timer of failover-dns is half a minute later in every second one. */
export function settingsIn(
  { accountId }: Pick<Cloud, 'accountId'>,
  configuration: Configuration,
  region: string,
  name: FunctionName,
): FunctionSettings {
  const { cpu, schedule } = DEPLOYMENTS[name];
  const isSecond = Object.keys(configuration.regions).indexOf(region) % 2 === 1;
  const cronExpression = name === 'failover-dns' && isSecond ? '25 * * * * *' : schedule;
  const timer = { name: 'timer', type: 'timer', config: { cronExpression, enable: true } };
  const vpcId = `vpc-${configuration.regions[region]?.cluster.id}`;
  return {
    runtime: RUNTIME,
    handler: 'index.handler',
    cpu,
    role: `acs:ram::${accountId}:role/${PREFIX}-${name}`,
    internetAccess: true,
    ...(needsVpc(configuration, region, name)
      ? { vpc: { vpcId, vSwitchIds: ['vsw-1'], securityGroupId: 'sg-1' } }
      : {}),
    log: { project: 'gateways', logstore: PREFIX },
    triggers: cronExpression === undefined ? [] : [timer],
    asyncInvocation: { retries: ASYNC_SETTINGS.retries, eventAge: ASYNC_SETTINGS.eventAge },
  };
}

/** Makes the roles of all functions, with the rights that a configuration asks for. */
export function makeRoles({ accountId, roles }: Cloud, configuration: Configuration): void {
  for (const role of FUNCTIONS) {
    const name = `${PREFIX}-${role}`;
    const document = ramPolicy(configuration, accountId, role);
    roles.add({ name, trust: TRUST_POLICY, policies: document === undefined ? [] : [{ name, document }] });
  }
}
