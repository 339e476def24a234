import { isDeepStrictEqual } from 'node:util';
import { isoTime } from '../../../shared/core/time';
import type { Clock } from '../../../shared/ports';
import { type Chance, uuid } from '../chance';
import { at, defined, isObject, type JsonObject } from '../json';
import type { KindOf, KubeObject } from './objects';
import { alreadyExists, badRequest, KubeRefusal, notFound, staleVersion, unprocessable } from './status';

/** What the collections of one API server share. */
export interface Etcd {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly namespaces: Set<string>;
  /** The newest resourceVersion: one counter for all kinds. */
  version(): string;
  nextVersion(): string;
}

/**
 * The objects of one kind. Every change stores a new object with a new `resourceVersion`; a change that changes
 * nothing stores nothing, as with the real server. Refusals are thrown as KubeRefusal.
 */
export interface Collection<T extends KubeObject> {
  readonly kind: KindOf<T>;
  find(namespace: string, name: string): T | undefined;
  /** As `find`, refusing with 404. */
  get(namespace: string, name: string): T;
  /** By namespace and name, ascending, as etcd keeps keys. */
  list(namespace?: string): readonly T[];
  /** All objects in no particular order, without a copy. */
  values(): Iterable<T>;
  create(namespace: string, body: unknown, options?: WriteOptions): T;
  /** Admits `body` as the new content of the object; with a `metadata.resourceVersion`, only if that is the present one. */
  update(namespace: string, name: string, body: unknown, options?: WriteOptions): T;
  /** As `update`, for controllers: typed, of the newest object, without validation. */
  change(object: T, next: T): T;
  remove(namespace: string, name: string, options?: WriteOptions): T;
}

export interface WriteOptions {
  readonly dryRun?: boolean;
  /** `status`: only the status may change. Otherwise, for kinds with that subresource, everything but the status. */
  readonly part?: 'object' | 'status';
}

/** RFC 1123 subdomain, as names of most objects must be. */
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

export function createCollection<T extends KubeObject>(kind: KindOf<T>, etcd: Etcd): Collection<T> {
  /** By namespace, then by name: joining the two for each look-up would cost more than everything else here. */
  const objects = new Map<string, Map<string, T>>();
  let sorted: readonly T[] | undefined;
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;

  function store(object: T): T {
    const { namespace, name } = object.metadata;
    const inNamespace = objects.get(namespace) ?? new Map<string, T>();
    objects.set(namespace, inNamespace.set(name, object));
    sorted = undefined;
    return object;
  }

  function find(namespace: string, name: string): T | undefined {
    return objects.get(namespace)?.get(name);
  }

  function* values(): Iterable<T> {
    for (const inNamespace of objects.values()) yield* inNamespace.values();
  }

  function get(namespace: string, name: string): T {
    const object = find(namespace, name);
    if (object === undefined) throw notFound(qualified(), name);
    return object;
  }

  function qualified(): string {
    return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
  }

  function list(namespace?: string): readonly T[] {
    sorted ??= [...values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    return namespace === undefined ? sorted : sorted.filter((object) => object.metadata.namespace === namespace);
  }

  function admitted(body: unknown): T {
    const parsed = kind.schema.safeParse(body);
    if (!parsed.success) {
      const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
      throw kind.custom
        ? unprocessable(`${kind.kind}.${kind.group} is invalid: ${issues}`)
        : badRequest(`${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${issues}`);
    }
    const problems = kind.problems(parsed.data);
    if (problems.length > 0) {
      const { name } = parsed.data.metadata;
      throw unprocessable(`${kind.kind} "${name}" is invalid: ${problems.join(', ')}`);
    }
    return parsed.data;
  }

  function checkedIdentity(body: unknown, namespace: string): { readonly name: string; readonly body: JsonObject } {
    if (!isObject(body)) throw badRequest('the body must be a JSON object');
    if (body['kind'] !== kind.kind || body['apiVersion'] !== apiVersion) {
      throw badRequest(
        `${String(body['kind'])} of ${String(body['apiVersion'])} in the body, ${kind.kind} of ${apiVersion} in the URL`,
      );
    }
    const inBody = at(body, 'metadata', 'namespace') ?? namespace;
    if (inBody !== namespace) {
      throw badRequest(`the namespace of the object (${String(inBody)}) is not that of the URL (${namespace})`);
    }
    const name = at(body, 'metadata', 'name');
    if (typeof name !== 'string' || name === '') throw unprocessable('metadata.name: Required value');
    if (!NAME.test(name) || name.length > 253) {
      throw unprocessable(`metadata.name: Invalid value: "${name}": a lowercase RFC 1123 subdomain`);
    }
    return { name, body };
  }

  function create(namespace: string, raw: unknown, options: WriteOptions = {}): T {
    const { name, body } = checkedIdentity(raw, namespace);
    if (!etcd.namespaces.has(namespace)) throw notFound('namespaces', namespace);
    if (find(namespace, name) !== undefined) throw alreadyExists(qualified(), name);
    const given = at(body, 'metadata');
    const object = admitted({
      ...body,
      metadata: {
        ...(isObject(given) ? given : {}),
        namespace,
        uid: uuid(etcd.chance),
        resourceVersion: options.dryRun ? '' : etcd.nextVersion(),
        ...(at(body, 'spec') === undefined ? {} : { generation: 1 }),
        creationTimestamp: isoTime(etcd.clock.now()),
      },
    });
    return options.dryRun ? object : store(object);
  }

  function update(namespace: string, name: string, raw: unknown, options: WriteOptions = {}): T {
    const old = get(namespace, name);
    const identity = checkedIdentity(raw, namespace);
    if (identity.name !== name) throw badRequest(`the name of the object (${identity.name}) is not that of the URL`);
    const version = at(raw, 'metadata', 'resourceVersion');
    if (version !== undefined && version !== '' && version !== old.metadata.resourceVersion) {
      throw staleVersion(qualified(), name);
    }
    const { uid } = old.metadata;
    if ((at(raw, 'metadata', 'uid') ?? uid) !== uid) {
      throw new KubeRefusal(409, 'Conflict', `the UID in the precondition is not that of ${qualified()} "${name}"`);
    }
    const next = admitted(merged(old, identity.body, options.part ?? 'object'));
    return options.dryRun ? next : change(old, next);
  }

  /** Which parts of a write count: identity never changes, and `status` only through its subresource. */
  function merged(old: T, body: JsonObject, part: 'object' | 'status'): object {
    if (part === 'status') return { ...old, status: at(body, 'status') };
    const { name, namespace, uid, resourceVersion, generation, creationTimestamp } = old.metadata;
    const given = at(body, 'metadata');
    const identity = defined({ name, namespace, uid, resourceVersion, generation, creationTimestamp });
    return defined({
      ...body,
      ...(kind.hasStatus ? { status: old.status } : {}),
      metadata: { ...(isObject(given) ? given : {}), ...identity },
    });
  }

  function change(old: T, next: T): T {
    if (isDeepStrictEqual(old, next)) return old;
    const { generation } = old.metadata;
    const metadata = { ...next.metadata, resourceVersion: etcd.nextVersion() };
    if (generation !== undefined && !isDeepStrictEqual(old.spec, next.spec)) metadata.generation = generation + 1;
    return store({ ...next, metadata });
  }

  function remove(namespace: string, name: string, options: WriteOptions = {}): T {
    const object = get(namespace, name);
    if (!options.dryRun) {
      objects.get(namespace)?.delete(name);
      sorted = undefined;
      etcd.nextVersion();
    }
    return object;
  }

  return { kind, find, get, list, values, create, update, change, remove };
}

/** Where etcd keeps an object among those of its kind: lists are in this order. */
export function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}
