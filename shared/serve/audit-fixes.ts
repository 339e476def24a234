import { createGateways } from '../cloud/gateways';
import { createLoadBalancers, createLoadBalancerWriter } from '../cloud/load-balancers';
import type { OpenApi } from '../cloud/seams';
import type { Configuration, RegionConfiguration } from '../config/load';
import { maintenanceAt } from '../config/maintenance';
import { protectedBy, type Unfixed, unfixed } from '../core/audit/apply';
import type { GatewayAudit, Patch } from '../core/audit/finding';
import { JOURNAL_NAMESPACE } from '../core/kube-rights';
import { activeFreeze } from '../core/limits';
import { maintenanceText } from '../core/standing';
import { CloudError } from '../errors';
import type { AuditCommand } from '../event';
import type { LoadBalancers, LoadBalancerWriter } from '../ports';
import type { Invocation } from './serve';

/** What became of one fix that a person asked for. */
export interface Applied {
  readonly region: string;
  readonly gateway: string;
  /** Of the check. */
  readonly id: string;
  /** `steady`: nothing was to be done. */
  readonly outcome: 'applied' | 'planned' | 'steady' | 'refused' | 'failed';
  readonly message: string;
  /** Of all that was changed, also by one that failed after it. */
  readonly undo?: string;
}

/** Whether anything was done, if not all of it. */
export function isChange({ outcome, undo }: Applied): boolean {
  return outcome === 'applied' || undo !== undefined;
}

interface World {
  readonly configuration: Configuration;
  readonly invocation: Invocation;
  readonly openApi: OpenApi;
  readonly region: RegionConfiguration;
}

/** Applies the fixes of the named checks, provided that they are safe and nothing stops writes. Never throws for one that fails. */
export async function applyFixes(
  audits: readonly GatewayAudit[],
  command: AuditCommand,
  world: World,
): Promise<readonly Applied[]> {
  const { log } = world.invocation;
  log.info('command', { ...command });
  const isDry = command.dryRun === true;
  const why = await stoppedBy(world, command);
  const stopped: Unfixed | undefined = why === undefined ? undefined : { outcome: 'refused', message: why };
  const results: Applied[] = [];
  for (const { findings, gateway, region } of audits) {
    for (const id of new Set(command.fix ?? [])) {
      const about = { region, gateway, id };
      const finding = findings.find((each) => each.id === id);
      const result = {
        ...about,
        ...(unfixed(finding, id) ?? stopped ?? (await applied(finding?.fix?.patches ?? [], isDry, world))),
      };
      log.info('audit-fix', { ...result, owner: command.owner, reason: command.reason });
      results.push(result);
    }
  }
  return results;
}

/** Whatever stops other writes stops these; what cannot be read might. */
async function stoppedBy(
  { configuration, invocation, region }: World,
  { gateway }: AuditCommand,
): Promise<string | undefined> {
  const at = invocation.surroundings.clock.now();
  const { connections, context } = invocation;
  const policy = configuration.policies[configuration.gateways[gateway ?? '']?.policy ?? ''];
  if (policy?.mode === 'observe') return 'its policy is in mode observe, in which nothing is written';
  const maintenance = maintenanceAt(configuration.maintenance, at);
  if (maintenance !== undefined) return maintenanceText(maintenance);
  try {
    const { id, privateApi } = region.cluster;
    const kube = await connections.clusters.open({ of: 'ack', region: context.region, id, privateApi });
    const access = { kube, namespaces: [], journalNamespace: JOURNAL_NAMESPACE };
    const freeze = activeFreeze((await createGateways(access).journal()).freeze, at);
    return freeze === undefined ? undefined : `writes are frozen by ${freeze.owner}: ${freeze.reason}`;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return `it is not known whether writes are frozen: ${error.message}`;
  }
}

async function applied(
  patches: readonly Patch[],
  dryRun: boolean,
  { invocation, openApi }: World,
): Promise<Pick<Applied, 'outcome' | 'message' | 'undo'>> {
  const ids = patches.flatMap((patch) => protectedBy(patch) ?? []);
  if (dryRun) return { outcome: 'planned', message: `deletion protection of ${ids.join(', ')} would be switched on` };
  const { region } = invocation.context;
  const ports = { reader: createLoadBalancers(openApi, region), writer: createLoadBalancerWriter(openApi, region) };
  const attempts: Attempt[] = [];
  for (const id of ids) {
    const attempt = await protect(id, ports);
    attempts.push(attempt);
    if (attempt.problem !== undefined) break;
  }
  const written = attempts.filter(({ isWritten }) => isWritten);
  const done = written.filter(({ problem }) => problem === undefined).map(({ id }) => id);
  const problems = attempts.flatMap(({ problem }) => problem ?? []);
  if (written.length + problems.length === 0)
    return { outcome: 'steady', message: `deletion protection of ${ids.join(', ')} is on by now` };
  const said = done.length === 0 ? [] : [`deletion protection of ${done.join(', ')} was switched on`];
  return {
    outcome: problems.length > 0 ? 'failed' : 'applied',
    message: [...said, ...problems].join('; '),
    ...(written.length === 0 ? {} : { undo: written.map(({ id }) => undoText(region, id)).join('; ') }),
  };
}

function undoText(region: string, id: string): string {
  return `aliyun slb SetLoadBalancerDeleteProtection --region ${region} --LoadBalancerId ${id} --DeleteProtection off`;
}

interface Attempt {
  readonly id: string;
  /** Whether it may have been switched on, which is to be undone. */
  readonly isWritten: boolean;
  readonly problem?: string;
}

/** On an instance that is there and still without, and read back. */
async function protect(
  id: string,
  { reader, writer }: { readonly reader: LoadBalancers; readonly writer: LoadBalancerWriter },
): Promise<Attempt> {
  let isWritten = false;
  try {
    const seen = await reader.read(id);
    if (seen === 'gone') return { id, isWritten, problem: `${id} is gone` };
    if (seen.deleteProtection) return { id, isWritten };
    await writer.protect(id, true);
    isWritten = true;
    const after = await reader.read(id);
    if (after !== 'gone' && after.deleteProtection) return { id, isWritten };
    return { id, isWritten: false, problem: `${id} is still without deletion protection` };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return { id, isWritten: isWritten || error.kind === 'unknown-outcome', problem: `${id}: ${error.message}` };
  }
}
