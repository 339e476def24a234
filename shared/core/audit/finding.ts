/** What audits say of gateways, functions of themselves, and the doctor of the account. Pure. */

/** The worst first. */
export const SEVERITIES = ['critical', 'warning', 'advice'] as const;
export type Severity = (typeof SEVERITIES)[number];
/** What needs somebody first. */
export const OUTCOMES = ['fail', 'unknown', 'pass', 'not-applicable'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One check of one thing: a gateway in a region, a function, a role, the account. */
export interface Finding {
  /** Never changes its meaning, so that it can be asked for and counted. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** `unknown`: what it needs could not be read, which is no failure. */
  readonly outcome: Outcome;
  /** What was seen, with the numbers in it; of an unknown outcome what could not be read. */
  readonly evidence: readonly string[];
  /** One sentence. */
  readonly why: string;
  /** `undefined` where the check is about this project and follows no page of the vendor's. */
  readonly source: Source | undefined;
  /** Of failures alone. */
  readonly fix: Fix | undefined;
}

/** The vendor's page that a check follows. */
export interface Source {
  readonly page: string;
  /** That the page or the source code bears; where it bears none, when it was looked at. */
  readonly date: string;
}

export interface Fix {
  readonly text: string;
  /** All of them together make the check pass. */
  readonly patches: readonly Patch[];
  /** Whether it interrupts nothing, costs nothing and can be taken back: only such a one is ever applied, and when asked for. */
  readonly safe: boolean;
}

/** One change, as it can be carried out. */
export type Patch = ObjectPatch | NewObject | ApiCall | ConfigurationPatch | ConsoleStep | CommandLine;

/** The API that holds an object: the ACK cluster's or the mesh's own. */
export type ObjectPlace = 'cluster' | 'mesh';

/** Ids of the cluster and of the mesh whose APIs hold the objects: contexts of kubectl are taken to be called like them. */
export type Contexts = Readonly<Record<ObjectPlace, string>>;

export interface ObjectPatch {
  /** As `kubectl patch --type` has it. */
  readonly kind: 'merge' | 'strategic';
  readonly on: ObjectPlace;
  /** Id of that cluster or mesh. */
  readonly context: string;
  readonly object: PatchedObject;
  readonly patch: object;
}

export interface NewObject {
  readonly kind: 'create';
  readonly on: ObjectPlace;
  readonly context: string;
  readonly object: PatchedObject;
  readonly manifest: object;
}

export interface PatchedObject {
  readonly kind: ObjectKind;
  readonly namespace: string;
  readonly name: string;
}
export type ObjectKind = 'Deployment' | 'HorizontalPodAutoscaler' | 'Service' | 'IstioGateway' | 'DestinationRule';

export interface ApiCall {
  readonly kind: 'call';
  readonly product: 'slb' | 'servicemesh' | 'alidns';
  readonly action: string;
  readonly region: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Of autopilot.yaml, as a merge patch. `…` stands for what only the operator knows. */
export interface ConfigurationPatch {
  readonly kind: 'configuration';
  readonly patch: object;
}

/** What is typed into a terminal, for example a command of this project. */
export interface CommandLine {
  readonly kind: 'command';
  readonly line: string;
}

/** What a person must do by hand. */
export interface ConsoleStep {
  readonly kind: 'console';
  readonly step: string;
}

/** Everything that one region's audit says of one gateway. */
export interface GatewayAudit {
  readonly region: string;
  readonly gateway: string;
  readonly findings: readonly Finding[];
}
