import type { GatewayNames } from '../core/gateway';
import type { News } from '../core/notice';
import type { Instant } from '../core/time';
import type { BalancingLookResult, BalancingReport } from '../run/balance-gateways';
import type { ExtraReport } from '../run/carry-stage';
import { undoCommand } from './undo';

/**
 * What people hear of a gateway and its extra CLBs: stages that were entered, and what only they can settle.
 *
 * @param gateways how the gateways of the look are named
 */
export function newsOf(
  report: BalancingReport,
  gateways: readonly { readonly names: GatewayNames }[],
): readonly News[] {
  const { decision, extras } = report;
  const { at, id, message, needsPerson, proposal, reason } = decision;
  const waits = proposal === undefined ? {} : { proposal };
  const about = { region: id.region, at };
  const namespace = gateways.find(({ names }) => names.gateway === id.gateway)?.names.namespace;
  return [
    ...(needsPerson
      ? [{ ...about, kind: 'held' as const, subject: id.gateway, reason, message, ...waits, ...fullestIn(report) }]
      : []),
    ...extras.flatMap((extra) => [...stageNews(report, extra, namespace), ...waitingNews(report, extra)]),
  ];
}

/** Gateways and extra CLBs that are as they should be, or on their way. */
export function wellIn({ decision, extras }: BalancingReport): readonly Pick<News, 'region' | 'subject'>[] {
  const { id, outcome } = decision;
  const subjects = extras.filter(
    ({ waits }) => waits === undefined || (!waits.needsPerson && waits.reason !== 'ReadFailed'),
  );
  return [
    ...(outcome === 'hold' ? [] : [{ region: id.region, subject: id.gateway }]),
    ...subjects.map(({ service }) => ({ region: id.region, subject: `${id.gateway}/${service}` })),
  ];
}

/** Nobody releases them, and they are paid for. */
export function newsOfUnattended(region: string, at: Instant, { unattended }: BalancingLookResult): readonly News[] {
  return unattended.map(({ gateway, kind, name }) => ({
    kind: 'held',
    region,
    at,
    subject: `${gateway}/${name}`,
    reason: 'Unattended',
    message: `${kind} ${name} is of gateway ${gateway}, whose policy has no loadBalancers here: nobody looks after it`,
  }));
}

function stageNews(
  report: BalancingReport,
  { clb, done, service, stage, wanted, was }: ExtraReport,
  namespace: string | undefined,
): readonly News[] {
  if (stage === was || stage === 'unknown') return [];
  const { at, id, message, reason, want } = report.decision;
  const place = clb === undefined ? '' : ` ${clb.id} at ${clb.address}`;
  // One less, or one more, than is wanted now.
  const undo = wanted
    ? undoCommand('attach-clb', { action: 'release', gateway: id.gateway, extra: Math.max(0, want - 1) }, '6h')
    : undoCommand('attach-clb', { action: 'attach', gateway: id.gateway, extra: want + 1 }, '6h');
  return [
    {
      kind: 'changed',
      region: id.region,
      at,
      subject: `${id.gateway}/${service}`,
      reason,
      message: `${done.join(', ')}; ${message}`,
      from: was,
      to: `${stage === 'ended' ? 'released' : stage}${place}`,
      undo,
      ...(namespace === undefined ? {} : { object: { kind: 'Service', namespace, name: service } }),
      ...fullestIn(report),
    },
  ];
}

function waitingNews({ decision: { at, id } }: BalancingReport, { service, waits }: ExtraReport): readonly News[] {
  if (waits?.needsPerson !== true) return [];
  const { message, reason } = waits;
  return [{ kind: 'held', region: id.region, at, subject: `${id.gateway}/${service}`, reason, message }];
}

function fullestIn({ decision, target }: BalancingReport): Pick<News, 'measured'> | Record<string, never> {
  const { fullest } = decision;
  if (fullest === undefined) return {};
  const value = `${Math.round(fullest.share * 100)} % of the capacity of ${fullest.clb}`;
  return { measured: { metric: fullest.metric, value, target: `${Math.round(target * 100)} %` } };
}
