import type { Waiting } from '../core/clb-patience';
import type { ClbStage, IntentSeen } from '../core/clb-stage';
import { CLB_TAGS, type Tags } from '../core/load-balancer';
import type { CloudError } from '../errors';
import type { BalancingLook, BalancingWriters, GatewayToBalance } from './balance-gateways';
import type { Fronts, SeenGateway } from './observe-fronts';
import type { Standing } from './standing';

/** What the stages of one gateway's extra CLBs share. */
export interface StageRun {
  readonly look: BalancingLook;
  readonly gateway: GatewayToBalance;
  readonly place: SeenGateway;
  readonly fronts: Fronts;
  readonly standing: Standing;
  /** How many are wanted. */
  readonly want: number;
  /** Whether a person asked for no more than these. */
  readonly askedToRelease: boolean;
  /** Absent where nothing may be written. */
  readonly writers: BalancingWriters | undefined;
}

/** Found by this name even where its tags are not listed yet. */
export function clbName({ name, uid }: Pick<IntentSeen, 'name' | 'uid'>): string {
  return `${name.slice(0, 60)}-${uid.slice(0, 8)}`;
}

export function tagsOf({ gateway, look }: StageRun, { uid }: IntentSeen, stage: ClbStage): Tags {
  return {
    [CLB_TAGS.gateway]: gateway.names.gateway,
    [CLB_TAGS.cluster]: look.clusterId,
    [CLB_TAGS.service]: uid,
    [CLB_TAGS.stage]: stage,
  };
}

/** A write that failed, as a look says it. */
export function failed({ kind, message, needsPerson }: CloudError): Waiting & { readonly reason: FailedReason } {
  if (kind === 'conflict') return { reason: 'ConcurrentChange', message, needsPerson: false };
  if (kind === 'deadline') return { reason: 'DeadlineReached', message, needsPerson: false };
  return { reason: 'WriteFailed', message, needsPerson };
}

type FailedReason = 'ConcurrentChange' | 'DeadlineReached' | 'WriteFailed';
