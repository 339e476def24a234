import { INSTANCE_FEE } from '../core/load-balancer';
import type { BalancingLookResult, BalancingReport } from '../run/balance-gateways';
import type { ExtraReport } from '../run/carry-stage';

/** One sentence on all gateways. */
export function summary(region: string, { gateways, unattended }: BalancingLookResult): string {
  const texts = gateways.map(({ decision, extras, withheld }) => {
    const { dryRun, have, id, outcome, reason, want } = decision;
    const serving = extras.filter(({ stage }) => stage === 'serving').length;
    const goal =
      outcome === 'change' && dryRun === undefined
        ? `${have} to ${want} extra CLBs`
        : `${have} extra CLBs, ${serving} serving`;
    const aside = withheld === undefined ? '' : `, ${withheld} withheld`;
    return `${id.gateway}: ${goal}${aside} (${reason})`;
  });
  const lost = unattended.map(({ gateway, name }) => `${name} of ${gateway}: nobody looks after it`);
  return `${region}: ${[...texts, ...lost].join('; ')}`;
}

/** One gateway as the answer and the log show it. */
export function balanced({ decision, extras, withheld }: BalancingReport) {
  const { at: _, fullest, id, ...rest } = decision;
  return {
    gateway: id.gateway,
    ...rest,
    ...(withheld === undefined ? {} : { withheld }),
    ...(fullest === undefined ? {} : { fullest: { ...fullest, share: Math.round(fullest.share * 1_000) / 1_000 } }),
    extras: extras.map(extraText),
    cost: costOf(withheld ?? decision.want, extras),
  };
}

function extraText({ clb, done, service, stage, waits, wanted, would }: ExtraReport) {
  return {
    service,
    stage,
    wanted,
    ...(clb === undefined ? {} : { id: clb.id, address: clb.address }),
    ...(done.length === 0 ? {} : { done }),
    ...(would === undefined ? {} : { dryRun: true, would }),
    ...(waits === undefined ? {} : { reason: waits.reason, message: waits.message, needsPerson: waits.needsPerson }),
  };
}

/** What the plan costs, for whoever has to answer for it. */
function costOf(want: number, extras: readonly ExtraReport[]) {
  const paid = extras.filter(({ clb, stage }) => clb !== undefined && stage !== 'ended').length;
  return {
    instancesNow: paid,
    instancesWanted: want,
    perHour: `$${(Math.max(want, paid) * INSTANCE_FEE).toFixed(3)} for instances, and LCU and traffic by use`,
  };
}
