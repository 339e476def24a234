import { createAuditedCluster, createAuditedRouting } from '../cloud/audited-cluster';
import { createAuditedLoadBalancers } from '../cloud/audited-load-balancers';
import { createMeshDetails } from '../cloud/mesh-details';
import type { Kube, OpenApi } from '../cloud/seams';
import { createZones } from '../cloud/zones';
import type { RegionConfiguration } from '../config/load';
import { contextsOf } from '../config/region';
import type { GatewayAudit } from '../core/audit/finding';
import { InvalidInput } from '../errors';
import { type AuditCommand, COMMANDS, commandHelp } from '../event';
import { type AuditLook, auditGateways, type GatewayToAudit } from '../run/audit';
import { reportedAudits } from './audit-answer';
import { type Applied, applyFixes, isChange } from './audit-fixes';
import { gatewaysToAudit } from './audit-gateways';
import { newsOf, wellIn } from './audit-news';
import { asksForCheck } from './check/answer';
import { checkAuditGateway } from './check/audit-gateway';
import { type Kept, nothingKept } from './kept';
import { tellPeople } from './notices';
import { type Answer, type Handler, type Invocation, serve } from './serve';
import type { Connections, Surroundings } from './surroundings';
import type { VantagePoint } from './vantage-point';
import { noted } from './write-requests';

/** Certificates are seen where they are shown. */
type Audited = Connections & Pick<VantagePoint, 'prober'>;

/** Judges the gateways of its region by the vendor's practice, once a day and when it is asked. */
export function auditGatewayHandler(surroundings: Surroundings<Audited>): Handler {
  const kept = nothingKept();
  return serve('audit-gateway', surroundings, (invocation) =>
    asksForCheck(invocation.trigger) ? checkAuditGateway(invocation) : auditGateway(invocation, kept),
  );
}

async function auditGateway(invocation: Invocation<Audited>, { told }: Kept): Promise<Answer> {
  const { connections, context, log, surroundings } = invocation;
  const command = commandIn(invocation);
  if (command === 'nothing') {
    const message = 'Nothing was audited: a timer or the command audit asks for it';
    return { outcome: 'nothing-done', message, help: commandHelp() };
  }
  const configuration = surroundings.configuration();
  const region = configuration.regions[context.region];
  const gateways = chosen(gatewaysToAudit(configuration, context.region), command?.gateway);
  if (region === undefined || gateways.length === 0) {
    const message = `No gateway is configured in ${context.region}; nothing was audited.`;
    log.warn('nothing-configured', { configured: Object.keys(configuration.regions), message });
    return { message };
  }
  const at = surroundings.clock.now();
  const { openApi, requestIds } = noted(connections.openApi);
  const look = lookOf(invocation, openApi, region, gateways);
  const before = await auditGateways(look);
  const applied =
    command?.fix === undefined ? [] : await applyFixes(before, command, { configuration, invocation, openApi, region });
  // What was mended is judged once more.
  const audits = applied.some(isChange) ? await auditGateways(look) : before;
  for (const each of audits) logFailures(invocation, each);
  const news = newsOf(audits, applied, at);
  const isDry = command?.dryRun === true;
  const tidings = { news, well: wellIn(audits), requestIds: requestIds() };
  const telling = isDry ? {} : await tellPeople(invocation, configuration, told, tidings);
  return { ...reportedAudits(audits, command?.format ?? 'json'), ...reportedFixes(applied), dryRun: isDry, ...telling };
}

/** `nothing` when it was woken by something that asks for no audit. Throws InvalidInput for a command of another function. */
function commandIn({ trigger }: Invocation): AuditCommand | undefined | 'nothing' {
  if (trigger.kind === 'timer') return undefined;
  if (trigger.kind !== 'command') return 'nothing';
  const { command } = trigger;
  if (command.action === 'audit') return command;
  const { by } = COMMANDS[command.action];
  throw new InvalidInput(
    `audit-gateway takes the commands audit and check only; "${command.action}" is for ${by.join(' or ')}`,
  );
}

function chosen(configured: readonly GatewayToAudit[], wanted: string | undefined): readonly GatewayToAudit[] {
  if (wanted === undefined) return configured;
  const found = configured.filter(({ name }) => name === wanted);
  if (found.length > 0) return found;
  const known = configured.map(({ name }) => name).join(', ');
  throw new InvalidInput(`no gateway "${wanted}" is configured in this region; there is: ${known || 'none'}`);
}

function lookOf(
  { connections: { clusters, prober }, context: { region: name }, surroundings }: Invocation<Audited>,
  openApi: OpenApi,
  region: RegionConfiguration,
  gateways: readonly GatewayToAudit[],
): AuditLook {
  const { cluster, mesh } = region;
  const ack = opened(() => clusters.open({ of: 'ack', region: name, id: cluster.id, privateApi: cluster.privateApi }));
  const asm =
    mesh?.istioGateways === 'controlPlane'
      ? opened(() => clusters.open({ of: 'asm', region: name, id: mesh.id, privateApi: mesh.privateApi }))
      : ack;
  return {
    at: surroundings.clock.now(),
    region: name,
    clusterId: cluster.id,
    contexts: contextsOf(region),
    gateways,
    cluster: createAuditedCluster(openApi, { region: name, id: cluster.id }, ack),
    mesh:
      mesh === undefined
        ? undefined
        : {
            details: createMeshDetails(openApi, name, mesh.id),
            routing: createAuditedRouting(asm, cluster.id),
          },
    loadBalancers: createAuditedLoadBalancers(openApi, name),
    zones: createZones(openApi),
    prober,
  };
}

/** Opened at the first use, and once; what fails then is each reading that needs it. */
function opened(open: () => Promise<Kube>): () => Promise<Kube> {
  let running: Promise<Kube> | undefined;
  return () => {
    running ??= open();
    return running;
  };
}

function logFailures({ log }: Invocation, { findings, gateway }: GatewayAudit): void {
  for (const { evidence, fix, id, outcome, severity, title } of findings) {
    if (outcome === 'fail')
      log.warn('audit-finding', { gateway, check: id, severity, title, evidence, fix: fix?.text });
  }
}

function reportedFixes(applied: readonly Applied[]): { readonly fixes?: readonly Applied[] } {
  return applied.length === 0 ? {} : { fixes: applied };
}
