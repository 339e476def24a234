import { isDeepStrictEqual } from 'node:util';
import { isoTime } from '../../../shared/core/time';
import type { Clock } from '../../../shared/ports';
import { type Chance, uuid } from '../chance';
import { at, defined, isObject, type JsonObject } from '../json';
import { apiVersionOf, createAdmission } from './admission';
import type { KindOf, KubeObject, ServedKind } from './objects';
import { alreadyExists, notFound } from './status';

/** What the collections of one API server share. */
export interface Etcd {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly namespaces: Set<string>;
  /** The newest resourceVersion: one counter for all kinds. */
  version(): string;
  nextVersion(): string;
}

/** The objects of one kind, as requests reach them. Refusals are thrown as KubeRefusal. */
export interface Served<T extends KubeObject = KubeObject> {
  readonly kind: ServedKind;
  /** Refuses with 404. */
  get(namespace: string, name: string): T;
  /** By namespace and name, ascending, as etcd keeps keys. */
  list(namespace?: string): readonly T[];
  create(namespace: string, body: unknown, options?: WriteOptions): T;
  /** Admits `body` as the new content of the object; with a `metadata.resourceVersion`, only if that is the present one. */
  update(namespace: string, name: string, body: unknown, options?: WriteOptions): T;
  /**
   * Removes the object, or, while it has finalizers, marks it as being deleted; the last finalizer that goes takes it
   * along. What it was at the end.
   */
  remove(namespace: string, name: string, options?: WriteOptions): T;
}

/**
 * Objects that are stored. Every change stores a new object with a new `resourceVersion`; a change that changes
 * nothing stores nothing, as with the real server.
 */
export interface Collection<T extends KubeObject> extends Served<T> {
  readonly kind: KindOf<T>;
  find(namespace: string, name: string): T | undefined;
  /** All objects in no particular order, without a copy. */
  values(): Iterable<T>;
  /** As `update`, for controllers: typed, of the newest object, without validation. */
  change(object: T, next: T): T;
}

export interface WriteOptions {
  readonly dryRun?: boolean;
  /** `status`: only the status may change. Otherwise, for kinds with that subresource, everything but the status. */
  readonly part?: 'object' | 'status';
}

export function createCollection<T extends KubeObject>(kind: KindOf<T>, etcd: Etcd): Collection<T> {
  /** By namespace, then by name: joining the two for each look-up would cost more than everything else here. */
  const objects = new Map<string, Map<string, T>>();
  let sorted: readonly T[] | undefined;
  const admission = createAdmission(kind);

  function store(object: T): T {
    const { namespace, name } = object.metadata;
    const inNamespace = objects.get(namespace) ?? new Map<string, T>();
    objects.set(namespace, inNamespace.set(name, object));
    sorted = undefined;
    return object;
  }

  function discard({ metadata: { namespace, name } }: T): void {
    objects.get(namespace)?.delete(name);
    sorted = undefined;
    etcd.nextVersion();
  }

  function find(namespace: string, name: string): T | undefined {
    return objects.get(namespace)?.get(name);
  }

  function* values(): Iterable<T> {
    for (const inNamespace of objects.values()) yield* inNamespace.values();
  }

  function get(namespace: string, name: string): T {
    const object = find(namespace, name);
    if (object === undefined) throw notFound(kind, name);
    return object;
  }

  function list(namespace?: string): readonly T[] {
    sorted ??= [...values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    return namespace === undefined ? sorted : sorted.filter((object) => object.metadata.namespace === namespace);
  }

  function create(namespace: string, raw: unknown, options: WriteOptions = {}): T {
    const { body, name } = admission.newcomer(raw, namespace);
    if (!etcd.namespaces.has(namespace)) throw notFound({ group: '', plural: 'namespaces' }, namespace);
    const present = find(namespace, name);
    if (present !== undefined) throw alreadyExists(kind, name, isBeingDeleted(present));
    const given = at(body, 'metadata');
    const object = admission.admitted(
      {
        ...body,
        apiVersion: apiVersionOf(kind),
        kind: kind.kind,
        metadata: {
          ...(isObject(given) ? given : {}),
          namespace,
          uid: uuid(etcd.chance),
          resourceVersion: options.dryRun ? '' : etcd.nextVersion(),
          ...(kind.hasGeneration ? { generation: 1 } : {}),
          creationTimestamp: isoTime(etcd.clock.now()),
        },
      },
      undefined,
    );
    return options.dryRun ? object : store(object);
  }

  function update(namespace: string, name: string, raw: unknown, options: WriteOptions = {}): T {
    const old = get(namespace, name);
    const body = admission.successor(raw, old);
    const next = admission.admitted(merged(old, body, options.part ?? 'object'), old);
    return options.dryRun ? generated(old, next) : change(old, next);
  }

  /** Which parts of a write count: identity never changes, and `status` only through its subresource. */
  function merged(old: T, body: JsonObject, part: 'object' | 'status'): object {
    if (part === 'status') return { ...old, status: at(body, 'status') };
    const { name, namespace, uid, resourceVersion, generation, creationTimestamp } = old.metadata;
    const { deletionTimestamp, deletionGracePeriodSeconds } = old.metadata;
    const given = at(body, 'metadata');
    const identity = { name, namespace, uid, resourceVersion, generation, creationTimestamp };
    const deletion = { deletionTimestamp, deletionGracePeriodSeconds };
    return defined({
      ...body,
      ...(kind.hasStatus ? { status: old.status } : {}),
      metadata: defined({ ...(isObject(given) ? given : {}), ...identity, ...deletion }),
    });
  }

  function change(old: T, next: T): T {
    if (isDeepStrictEqual(old, next)) return old;
    if (isBeingDeleted(old) && (next.metadata.finalizers ?? []).length === 0) {
      discard(old);
      return next;
    }
    const counted = generated(old, next);
    return store({ ...counted, metadata: { ...counted.metadata, resourceVersion: etcd.nextVersion() } });
  }

  /** The generation counts changes of everything but metadata and status, in dry runs too. */
  function generated(old: T, next: T): T {
    const { generation } = old.metadata;
    if (generation === undefined || isDeepStrictEqual(contentOf(kind, old), contentOf(kind, next))) return next;
    return { ...next, metadata: { ...next.metadata, generation: generation + 1 } };
  }

  function remove(namespace: string, name: string, options: WriteOptions = {}): T {
    const object = get(namespace, name);
    const { metadata } = object;
    const waits = (metadata.finalizers ?? []).length > 0;
    if (!waits && !options.dryRun) discard(object);
    if (!waits || isBeingDeleted(object)) return object;
    const generation = metadata.generation === undefined ? undefined : metadata.generation + 1;
    const marked = {
      ...object,
      metadata: {
        ...metadata,
        ...(generation === undefined ? {} : { generation }),
        deletionTimestamp: isoTime(etcd.clock.now()),
        deletionGracePeriodSeconds: 0,
        resourceVersion: options.dryRun ? metadata.resourceVersion : etcd.nextVersion(),
      },
    };
    return options.dryRun ? marked : store(marked);
  }

  return { kind, find, get, list, values, create, update, change, remove };
}

/** Where etcd keeps an object among those of its kind: lists are in this order. */
export function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function isBeingDeleted({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** Of a custom resource without a status subresource the status counts as content. */
function contentOf({ custom, hasStatus }: ServedKind, { spec, status }: KubeObject): readonly unknown[] {
  return custom && !hasStatus ? [spec, status] : [spec];
}
