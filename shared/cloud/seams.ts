import type { Instant, Millis } from '../core/time';

/**
 * The two seams: everything that talks to Alibaba Cloud or to a cluster goes through one of these interfaces, so that
 * the same adapters run against the real cloud, the emulated cloud over HTTP, and the emulated cloud in the process.
 */

/** An Alibaba Cloud product, by the code that its endpoint starts with (CloudMonitor's is `metrics`, see products.ts). */
export type Product = 'cms' | 'cs' | 'servicemesh' | 'slb' | 'alidns' | 'fc' | 'ram' | 'sts';

export type Scalar = string | number | boolean;

/** One operation of an Alibaba Cloud API. */
export interface OpenApiCall {
  readonly product: Product;
  /** Region whose endpoint is asked, for example `cn-hangzhou`; central products ignore it. */
  readonly region: string;
  readonly action: string;
  /** RPC: all parameters, in the query. ROA: the query only. `undefined` values are left out. */
  readonly query?: Readonly<Record<string, Scalar | undefined>>;
  /** ROA only: method and path, ids already percent-encoded. RPC calls are `POST /`. */
  readonly roa?: { readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'; readonly path: string };
  /**
   * What the call does, which decides how it may be retried: a `read` freely; a `write` only after an answer that says
   * nothing was done (throttled, busy); a `removal` never at this level, it goes back to the plan, which reads again.
   */
  readonly effect: 'read' | 'write' | 'removal';
  /**
   * The date that the call is signed with, in whole seconds, instead of now. The vendor refuses one more than 15 minutes off
   * (`InvalidTimeStamp.Expired`), so a date in the past bounds for how long a call that is held up can still take effect.
   */
  readonly signedAt?: Instant;
  /** Further headers, in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** ROA only: a body that is sent as it is, in UTF-8. */
  readonly body?: string;
  /** Longest time that this call may take, all attempts at it together, instead of the usual one for each; the deadline holds in any case. */
  readonly limit?: Millis;
  /** `text` where the body of an answer below 300 is not the API's own but somebody else's: it is passed on as it came. */
  readonly answer?: 'json' | 'text';
}

export interface OpenApiAnswer {
  /** The parsed JSON body, or the text that was asked for; validated by the adapter that asked. */
  readonly body: unknown;
  /** In lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly requestId: string;
  /** The vendor's clock at the answer (header `Date`, whole seconds); `undefined` when it did not say. */
  readonly date?: Instant | undefined;
}

/**
 * One signed call to an Alibaba Cloud API. Throws {@link CloudError}, named by the vendor's code and, without one we
 * know, by the HTTP status: `unavailable` for a 5xx, whatever its body and also for a write, which may have been done all
 * the same; `timeout` for 408 and 504, or `unknown-outcome` for a write. Any other answer that is not a JSON object, a
 * redirect included, is `unreadable`, or `unknown-outcome` for a write, unless text was asked for. Never retries.
 */
export interface OpenApi {
  call(call: OpenApiCall): Promise<OpenApiAnswer>;
}

/** A kind of Kubernetes object, as its REST path spells it. */
export interface ResourceKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** For example `deployments`. */
  readonly plural: string;
  /** For example `Deployment`. */
  readonly kind: string;
}

export interface KubeWriteOptions {
  readonly subresource?: 'scale' | 'status';
  /** Server-side dry run: admitted and validated, not stored. */
  readonly dryRun?: boolean;
}

/** Selectors in the API's own syntax. */
export interface KubeSelector {
  readonly labels?: string;
  readonly fields?: string;
}

/**
 * One cluster's Kubernetes API. Objects are returned as parsed JSON and are validated by the adapter that asked.
 * Throws {@link CloudError}: `not-found` (404), `conflict` (409: stale `resourceVersion`, or the name exists),
 * `permission` (401, 403), `rejected` (400, 415, 422), `throttled` (429), `unavailable` (5xx whatever its body and also
 * for a write, which may have been done all the same; connection refused), `timeout` (408, 504, no answer), `unreadable`
 * (not JSON, a redirect, which is never followed); for a write both are `unknown-outcome`. `deadline` when it is too
 * late. Never retries.
 */
export interface Kube {
  /**
   * All objects of a kind in a namespace, or those of a selector such as `status.phase=Pending`; pages are followed.
   *
   * @param namespace undefined: all of them, or for a kind that is in none
   */
  list(kind: ResourceKind, namespace: string | undefined, selector?: KubeSelector): Promise<readonly unknown[]>;
  get(kind: ResourceKind, namespace: string, name: string): Promise<unknown>;
  /**
   * JSON merge patch (RFC 7386). With `metadata.resourceVersion` in the patch it is conditional: 409 when the object
   * has changed since.
   */
  patch(
    kind: ResourceKind,
    namespace: string,
    name: string,
    mergePatch: object,
    options?: KubeWriteOptions,
  ): Promise<unknown>;
  create(kind: ResourceKind, namespace: string, object: object, options?: KubeWriteOptions): Promise<unknown>;
  /** With preconditions 409 unless the object is the one that was seen, unchanged. */
  delete(kind: ResourceKind, namespace: string, name: string, preconditions?: KubePreconditions): Promise<void>;
  /** Whether the caller may do something, as the server itself judges it (SelfSubjectAccessReview). Nothing is stored. */
  allows(access: KubeAccess): Promise<boolean>;
}

/** Something that a caller may be allowed to do. */
export interface KubeAccess {
  readonly verb: string;
  /** Empty for the core group. */
  readonly group: string;
  /** Plural, with the subresource where there is one: `deployments/scale`. */
  readonly resource: string;
  /** undefined: in all of them, or of a kind that is in none. */
  readonly namespace: string | undefined;
  /** undefined: objects of any name. */
  readonly name?: string | undefined;
}

export interface KubePreconditions {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** Which cluster API a kubeconfig is wanted for. */
export type ClusterApi =
  | { readonly of: 'ack'; readonly region: string; readonly id: string; readonly privateApi: boolean }
  | { readonly of: 'asm'; readonly region: string; readonly id: string; readonly privateApi: boolean };

/** Opens a cluster API, fetching its kubeconfig through {@link OpenApi} unless a cached one is still good. */
export interface KubeConnector {
  open(api: ClusterApi): Promise<Kube>;
}
