import { createGateways } from '../cloud/gateways';
import { createLoadBalancers, createLoadBalancerWriter } from '../cloud/load-balancers';
import type { OpenApi } from '../cloud/seams';
import type { Configuration, RegionConfiguration } from '../config/load';
import { maintenanceAt } from '../config/maintenance';
import { protectedBy, refusalOf } from '../core/audit/apply';
import type { GatewayAudit, Patch } from '../core/audit/finding';
import { JOURNAL_NAMESPACE } from '../core/kube-rights';
import { activeFreeze } from '../core/limits';
import { isoTime } from '../core/time';
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
  readonly outcome: 'applied' | 'planned' | 'refused' | 'failed';
  readonly message: string;
  readonly undo?: string;
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
  const stopped = await stoppedBy(world, command);
  const results: Applied[] = [];
  for (const { findings, gateway, region } of audits) {
    for (const id of new Set(command.fix ?? [])) {
      const about = { region, gateway, id };
      const finding = findings.find((each) => each.id === id);
      const refused = refusalOf(finding, id) ?? stopped;
      const result: Applied =
        refused === undefined && finding?.fix !== undefined
          ? { ...about, ...(await applied(finding.fix.patches, command.dryRun === true, world)) }
          : { ...about, outcome: 'refused', message: refused ?? 'it has no fix' };
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
  if (maintenance !== undefined) return `maintenance until ${isoTime(maintenance.until)}: ${maintenance.reason}`;
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
  const all = ids.join(', ');
  if (dryRun) return { outcome: 'planned', message: `deletion protection of ${all} would be switched on` };
  const { region } = invocation.context;
  const ports = { reader: createLoadBalancers(openApi, region), writer: createLoadBalancerWriter(openApi, region) };
  try {
    for (const id of ids) await protect(id, ports);
    const message = `deletion protection of ${all} was switched on`;
    return { outcome: 'applied', message, undo: ids.map((id) => undoText(region, id)).join('; ') };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return { outcome: 'failed', message: error.message };
  }
}

function undoText(region: string, id: string): string {
  return `aliyun slb SetLoadBalancerDeleteProtection --region ${region} --LoadBalancerId ${id} --DeleteProtection off`;
}

/** On an instance that is there and still without, and read back. */
async function protect(
  id: string,
  { reader, writer }: { readonly reader: LoadBalancers; readonly writer: LoadBalancerWriter },
): Promise<void> {
  const operation = 'slb.SetLoadBalancerDeleteProtection';
  const seen = await reader.read(id);
  if (seen === 'gone') throw new CloudError(`${id} is gone`, { kind: 'conflict', operation });
  if (seen.deleteProtection) return;
  await writer.protect(id, true);
  const after = await reader.read(id);
  if (after !== 'gone' && after.deleteProtection) return;
  throw new CloudError(`${id} is still without it`, { kind: 'conflict', operation });
}
