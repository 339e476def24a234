import { at, isObject, type JsonObject } from '../json';
import type { KindOf, KubeObject, Metadata, ServedKind } from './objects';
import {
  badRequest,
  conflict,
  internalError,
  invalid,
  type KubeRefusal,
  type Problem,
  staleVersion,
  unfitPatch,
  wrong,
} from './status';
import { readTyped } from './typed';

/** What is checked before something is stored. Every check throws KubeRefusal. */
export interface Admission<T extends KubeObject> {
  /** Whether a body can become a new object of the namespace, as far as its identity goes. */
  newcomer(raw: unknown, namespace: string): { readonly body: JsonObject; readonly name: string };
  /** Whether a body may replace an object, as far as identity and version go. */
  successor(raw: unknown, old: T): JsonObject;
  /** Reads and validates the whole. */
  admitted(body: object, old: T | undefined): T;
}

/** RFC 1123 subdomain, as names of most objects must be. */
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

export function createAdmission<T extends KubeObject>(kind: KindOf<T>): Admission<T> {
  const apiVersion = apiVersionOf(kind);

  function newcomer(raw: unknown, namespace: string): { readonly body: JsonObject; readonly name: string } {
    const body = requireObject(raw);
    checkKind(body, badRequest);
    checkNamespace(body, namespace);
    const name = nameIn(body);
    if (!isUnconditional(at(body, 'metadata', 'resourceVersion'))) {
      throw internalError('resourceVersion should not be set on objects to be created');
    }
    return { body, name };
  }

  function successor(raw: unknown, old: T): JsonObject {
    const { name, namespace } = old.metadata;
    const body = requireObject(raw);
    checkKind(body, (why) => unfitPatch(body, why));
    const given = nameIn(body);
    if (given !== name) {
      throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
    }
    checkNamespace(body, namespace);
    checkVersion(old, at(body, 'metadata', 'resourceVersion'));
    const problems = identityProblems(old.metadata, body);
    if (problems.length > 0) throw invalid(kind, name, problems);
    return body;
  }

  function requireObject(body: unknown): JsonObject {
    if (isObject(body)) return body;
    throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind})`);
  }

  /** An object of a built-in kind need not say what it is: the path does. */
  function checkKind(body: JsonObject, refuse: (why: string) => KubeRefusal): void {
    const { kind: given = kind.custom ? '' : kind.kind, apiVersion: version = kind.custom ? '' : apiVersion } = body;
    if (given === kind.kind && version === apiVersion) return;
    throw refuse(`${String(given)} in version "${String(version)}" cannot be handled as a ${kind.kind}`);
  }

  function checkNamespace(body: JsonObject, namespace: string): void {
    if ((at(body, 'metadata', 'namespace') ?? namespace) !== namespace) {
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    }
  }

  function nameIn(body: JsonObject): string {
    const name = at(body, 'metadata', 'name');
    if (typeof name !== 'string' || name === '') {
      const message = 'Required value: name or generateName is required';
      throw invalid(kind, '', [{ field: 'metadata.name', cause: 'FieldValueRequired', message }]);
    }
    if (!NAME.test(name) || name.length > 253) {
      throw invalid(kind, name, [wrong('metadata.name', name, 'a lowercase RFC 1123 subdomain')]);
    }
    return name;
  }

  /** Built-in kinds take a write without a version, or with version 0, whatever the object's version is. */
  function checkVersion(old: T, version: unknown): void {
    const { name, resourceVersion } = old.metadata;
    if (isUnconditional(version)) {
      if (!kind.custom) return;
      const problem = wrong('metadata.resourceVersion', 0, 'must be specified for an update');
      throw invalid({ group: kind.group, kind: kind.plural }, name, [problem]);
    }
    if (typeof version !== 'string') throw unfitPatch({ resourceVersion: version }, 'a resourceVersion is a string');
    if (!/^\d+$/.test(version)) {
      throw internalError(`strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`);
    }
    if (version !== resourceVersion) throw staleVersion(kind, name);
  }

  /** A wrong type is 400 in a new object of a built-in kind, and 422 elsewhere. */
  function admitted(body: object, old: T | undefined): T {
    const read = readTyped(kind.schema, body);
    if ('unfit' in read) {
      throw old === undefined && !kind.custom
        ? badRequest(`${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${read.unfit}`)
        : unfitPatch(body, read.unfit);
    }
    const problems = 'problems' in read ? read.problems : kind.problems(read.value, old);
    if (problems.length > 0 || 'problems' in read) {
      throw invalid(kind, String(at(body, 'metadata', 'name')), problems);
    }
    const object = withoutEmptyMetadata(read.value);
    return kind.tidy?.(object) ?? object;
  }

  return { newcomer, successor, admitted };
}

export function apiVersionOf({ group, version }: Pick<ServedKind, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Refuses, with 409, a deletion on condition of another uid or version than the object's. */
export function checkPreconditions(kind: ServedKind, { metadata }: KubeObject, body: unknown): void {
  for (const [field, title] of [
    ['uid', 'UID'],
    ['resourceVersion', 'ResourceVersion'],
  ] as const) {
    const wanted = at(body, 'preconditions', field);
    if (wanted === undefined || wanted === metadata[field]) continue;
    const why = `the ${title} in the precondition (${String(wanted)}) does not match the ${title} in record (${metadata[field]})`;
    throw conflict({ group: kind.group, plural: kind.kind }, metadata.name, why);
  }
}

function isUnconditional(version: unknown): boolean {
  return version === undefined || version === null || version === '' || version === '0';
}

/** What no write may change, and finalizers that come too late. */
function identityProblems(old: Metadata, body: JsonObject): readonly Problem[] {
  const immutable = (['uid', 'deletionTimestamp'] as const).flatMap((field) => {
    const given = at(body, 'metadata', field);
    return given === undefined || given === old[field] ? [] : [wrong(`metadata.${field}`, given, 'field is immutable')];
  });
  return [...immutable, ...lateFinalizers(old, at(body, 'metadata', 'finalizers'))];
}

function lateFinalizers(old: Metadata, finalizers: unknown): readonly Problem[] {
  if (old.deletionTimestamp === undefined || !Array.isArray(finalizers)) return [];
  const late = finalizers.filter((finalizer) => !(old.finalizers ?? []).includes(finalizer));
  if (late.length === 0) return [];
  const why = 'no new finalizers can be added if the object is being deleted, found new finalizers';
  const message = `Forbidden: ${why} ${late.join(', ')}`;
  return [{ field: 'metadata.finalizers', cause: 'FieldValueForbidden', message }];
}

/** Labels and the like that are empty are left out, as Go's `omitempty` has it. */
function withoutEmptyMetadata<T extends KubeObject>(object: T): T {
  const { labels, annotations, finalizers, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(labels === undefined || Object.keys(labels).length === 0 ? {} : { labels }),
      ...(annotations === undefined || Object.keys(annotations).length === 0 ? {} : { annotations }),
      ...(finalizers === undefined || finalizers.length === 0 ? {} : { finalizers }),
    },
  };
}
