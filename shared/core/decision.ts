/**
 * Why a look did what it did, or did nothing. The codes are those that on-call engineers know from the Kubernetes HPA
 * where it has one. Closed: a new reason is added here, with its meaning.
 */
export type Reason =
  // Nothing to do.
  | 'WithinTolerance' // the load is within the tolerance of what the replicas should carry
  | 'OverrideHeld' // a person's count is in place
  | 'Published' // every name is answered with the addresses that serve
  // A change.
  | 'LoadAboveTarget'
  | 'LoadBelowTarget'
  | 'TooFewReplicas' // fewer than the minimum
  | 'TooManyReplicas' // more than the maximum, or more wanted than it
  | 'ScheduledFloor' // a schedule asks for at least this many
  | 'ScheduledCeiling' // a schedule allows no more
  | 'Protected' // a failover leans on the gateway, or its region is drained
  | 'StepUp' // a step rule adds
  | 'StepDown' // a step rule takes away
  | 'Override' // a person asked for this count
  | 'LoadBalancersFull' // the fullest one carries more than its share
  | 'LoadBalancersIdle' // the others would carry the load of the last extra one
  | 'ConnectionsDropped' // a load balancer drops connections
  | 'AddressMissing' // a healthy address that serves is not answered
  | 'AddressUnhealthy' // a load balancer whose address is answered is sick
  | 'AddressNotServing' // an address is answered that does not serve any more
  | 'RegionUnhealthy' // no address of a region is healthy by the votes of the vantage points
  | 'RegionDrained' // a person leads clients away from a region; steady where they are away
  | 'RegionStandby' // a region before it is well again
  | 'RecordDiffers' // mark, TTL or weight of a record is not as it should be
  // Waiting.
  | 'ScaleUpStabilized' // a lower recommendation within the window counts
  | 'ScaleDownStabilized' // a higher recommendation within the window counts
  | 'ScaleUpLimit' // the rate policies of scaleUp allow no more now
  | 'ScaleDownLimit'
  | 'ScaleUpDisabled' // selectPolicy Disabled
  | 'ScaleDownDisabled'
  | 'CoolingDown'
  | 'WarmingUp' // replicas of a step are not yet warm
  | 'Draining' // pods taken away may still serve connections
  | 'LoadDropped' // the load halved a moment ago, which may be an outage before everybody comes back
  | 'PodsNotReady' // too few ready pods to take any away
  | 'UnschedulablePods' // no node has room for the pods that are there
  // Not known well enough.
  | 'MissingMetrics'
  | 'PartialMetrics'
  | 'ReadFailed'
  | 'GatewayNotFound'
  | 'AmbiguousScaleTarget'
  | 'NoLoadBalancer' // no CLB is bound to the gateway, so there is no load to read
  // Not ours to change.
  | 'ScalingDisabled' // somebody scaled it to zero
  | 'ServerlessGateway'
  | 'AutoscalerMaximum' // the autoscaler's own maximum is below what is wanted
  | 'TooManyLoadBalancers' // more are wanted than are allowed
  | 'RegionalCeiling' // the region's instances share one limit, which is used up
  | 'LoadBalancerUnused' // an extra one carries nothing while others are full
  | 'LoadBalancerStuck' // an extra one does not come to serve while others are full
  | 'UnknownCapacity' // a specification that is not known
  | 'AdoptionNeeded' // a record of the gateway's own load balancers does not carry our mark
  | 'RecordLocked' // the vendor refuses every change of the record
  | 'RecordConflict' // a CNAME is where addresses should be
  | 'DrainTooShort' // pods would be killed before their connections have ended
  // Refused by a person or by us.
  | 'Unwatched' // no vantage point sees anything
  | 'NothingHealthy' // no healthy address is left, so that none is taken away
  | 'TooManySick' // most answers of a line are sick at once
  | 'NotObeyed' // a drain or a pin of a person's would leave nothing healthy
  | 'LastAnswer' // no other answer is known to be healthy and answered
  | 'SurvivorsNotReady' // the other regions cannot carry the load of one that clients would leave, yet
  | 'SurvivorsHeld' // nor will they, as long as a pin, a hold or a freeze keeps them too small for a drain
  | 'RegionNotReady' // a region cannot carry the load that would come to it, yet
  | 'Recovering' // an address is healthy again, but not for long enough
  | 'Latched' // it went down too often: a person must say so
  | 'TooManyRegionsOut' // another region is out already
  | 'DelegatedElsewhere' // clients are sent to name servers that do not answer by the zone
  | 'LeaseHeld' // another invocation takes answers away in this zone
  | 'OnHold' // a person stopped changes of this gateway
  | 'ConflictingWriter' // somebody else keeps setting another value
  | 'BudgetExceeded'
  | 'ObserveMode'
  | 'ProposeMode' // a person must approve the plan
  | 'PlanChanged' // what a person approved is not what would be done now
  | 'Frozen'
  | 'JournalUnreadable' // whether a freeze or a pin is set is not known
  | 'Maintenance'
  | 'ConcurrentChange' // another invocation or writer was faster
  | 'WriteFailed'
  | 'NotVerified' // written, but not read back
  | 'DeadlineReached';

/** What every decision of every function says of itself. */
export interface Outcome {
  /** `steady`: as wanted. `change`: to be made, or made. `hold`: something is wanted or wrong, and is left alone. */
  readonly outcome: 'steady' | 'change' | 'hold';
  readonly reason: Reason;
  /** A sentence with the numbers in it. */
  readonly message: string;
  /** A hold that does not go away by waiting. */
  readonly needsPerson: boolean;
  /** Fingerprint of a plan that waits for a person's approval. */
  readonly proposal?: string | undefined;
  /** Of a change that is not made because a look without writes was asked for; nothing else stands in its way. */
  readonly dryRun?: true;
}

/** How plans are made. */
export type Mode = 'observe' | 'propose' | 'auto';

/** A limit that changed what was wanted; the first reason stays in the decision, these are listed beside it. */
export interface Clamp {
  readonly reason: Reason;
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

/** What asked for a number of replicas, before bounds and limits; the decision keeps all of them and names the winner. */
export interface Candidate {
  readonly by: 'override' | 'minimum' | 'schedule' | 'protection' | 'load';
  readonly replicas: number;
  readonly because: string;
}

/** Something that a person should know although the look went its way. */
export interface Alarm {
  readonly reason: Reason;
  readonly message: string;
}
