import { at, copyOf, isObject } from '../json';
import { type ApiServer, servedAt } from './api-server';
import { type Collection, keyOf } from './collection';
import type { KubeObject } from './objects';
import { jsonPatch, mergePatch } from './patches';
import { readScale, withScale } from './scale';
import { fieldMatcher, labelMatcher } from './selector';
import { badRequest, methodNotAllowed, notServed, staleVersion, unauthorized, unsupportedMedia } from './status';

/** One request to an API server, its path without any prefix, for example `/api/v1/namespaces/default/services`. */
export interface KubeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string | undefined;
  readonly token: string | undefined;
  /** Parsed JSON; undefined when there is none. */
  readonly body: unknown;
}

export interface KubeAnswer {
  readonly status: number;
  readonly body: object;
}

/** What a path names. */
interface Route {
  readonly collection: Collection<KubeObject>;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

const PATH =
  /^\/(?:api\/(?<core>[^/]+)|apis\/(?<group>[^/]+)\/(?<version>[^/]+))(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+)(?:\/(?<subresource>[^/]+))?)?$/;

/** Answers a request, or throws KubeRefusal. Nothing that is returned shares memory with the store. */
export function answerKube(server: ApiServer, request: KubeRequest): KubeAnswer {
  if (!server.accepts(request.token)) throw unauthorized();
  const route = routeOf(server, request.path);
  const answer = answerRoute(server, route, request);
  return { status: answer.status, body: copyOf(answer.body) };
}

/** For records and faults, for example `kube patch deployments/scale`. */
export function kubeOperation({ method, path, query }: Pick<KubeRequest, 'method' | 'path' | 'query'>): string {
  const groups = PATH.exec(path)?.groups ?? {};
  const { plural = path, name, subresource } = groups;
  const verb = verbOf(method, name, query);
  return `kube ${verb} ${plural}${subresource === undefined ? '' : `/${subresource}`}`;
}

function verbOf(method: string, name: string | undefined, query: URLSearchParams): string {
  switch (method) {
    case 'GET':
      if (name !== undefined) return 'get';
      return query.get('watch') === null ? 'list' : 'watch';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    default:
      return method.toLowerCase();
  }
}

function routeOf(server: ApiServer, path: string): Route {
  const groups = PATH.exec(path)?.groups;
  if (groups === undefined) throw notServed();
  const { core, group = '', version = core ?? '', plural = '', namespace, name, subresource } = groups;
  const collection = server.collections.get(servedAt({ group, version, plural }));
  if (collection === undefined || (namespace === undefined && name !== undefined)) throw notServed();
  const { hasStatus, scalable } = collection.kind;
  const served =
    subresource === undefined || (subresource === 'status' && hasStatus) || (subresource === 'scale' && scalable);
  if (!served) throw notServed();
  return {
    collection,
    namespace,
    name: name === undefined ? undefined : decodeURIComponent(name),
    subresource,
  };
}

function answerRoute(server: ApiServer, route: Route, request: KubeRequest): KubeAnswer {
  const { collection, namespace, name } = route;
  if (name === undefined || namespace === undefined) {
    if (request.method === 'GET') return { status: 200, body: list(server, collection, namespace, request.query) };
    if (request.method !== 'POST' || namespace === undefined) throw methodNotAllowed();
    const body = collection.create(namespace, request.body, { dryRun: dryRun(request.query) });
    return { status: 201, body };
  }
  switch (request.method) {
    case 'GET':
      return { status: 200, body: present(collection.get(namespace, name), route) };
    case 'PATCH':
      return { status: 200, body: patch(route, namespace, name, request) };
    case 'DELETE':
      return { status: 200, body: remove(route, namespace, name, request) };
    default:
      throw methodNotAllowed();
  }
}

function present(object: KubeObject, { subresource }: Route): object {
  return subresource === 'scale' ? readScale(object) : object;
}

function patch(route: Route, namespace: string, name: string, request: KubeRequest): object {
  const { collection, subresource } = route;
  const before = collection.get(namespace, name);
  const shown = present(before, route);
  const after = patched(shown, collection.kind.custom, request);
  const options = { dryRun: dryRun(request.query), part: subresource === 'status' ? 'status' : 'object' } as const;
  const body = subresource === 'scale' ? withScale(before, after) : after;
  return present(collection.update(namespace, name, body, options), route);
}

function patched(object: object, custom: boolean, { contentType, body }: KubeRequest): unknown {
  switch (contentType?.split(';')[0]?.trim()) {
    case 'application/merge-patch+json':
      if (!isObject(body)) throw badRequest('a merge patch of an object must be an object');
      return mergePatch(object, body);
    case 'application/json-patch+json':
      return jsonPatch(object, body);
    case 'application/strategic-merge-patch+json':
      if (custom)
        throw unsupportedMedia(
          'the body of the request was in an unknown format - custom resources do not take a strategic merge patch',
        );
      throw unsupportedMedia('strategic merge patches are not emulated');
    default:
      throw unsupportedMedia(
        'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json',
      );
  }
}

function remove({ collection, subresource }: Route, namespace: string, name: string, request: KubeRequest): object {
  if (subresource !== undefined) throw methodNotAllowed();
  const { kind } = collection;
  const { uid, resourceVersion } = collection.get(namespace, name).metadata;
  const wanted = { uid, resourceVersion };
  for (const field of ['uid', 'resourceVersion'] as const) {
    const given = at(request.body, 'preconditions', field);
    if (given !== undefined && given !== wanted[field]) throw staleVersion(kind.plural, name);
  }
  collection.remove(namespace, name, { dryRun: dryRun(request.query) });
  const details = { name, ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.plural, uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

function dryRun(query: URLSearchParams): boolean {
  const value = query.get('dryRun');
  if (value !== null && value !== 'All')
    throw badRequest(`dryRun: Unsupported value: "${value}": supported values: "All"`);
  return value === 'All';
}

function list(
  server: ApiServer,
  collection: Collection<KubeObject>,
  namespace: string | undefined,
  query: URLSearchParams,
): object {
  if (query.has('watch')) throw badRequest('watch is not emulated');
  const { kind } = collection;
  const hasLabels = labelMatcher(query.get('labelSelector') ?? '');
  const hasFields = fieldMatcher(query.get('fieldSelector') ?? '');
  const start = query.get('continue') ?? '';
  const after = start === '' ? '' : Buffer.from(start, 'base64url').toString();
  if (start !== '' && !after.includes('/')) throw badRequest('continue key is not valid');
  const limit = Number(query.get('limit') ?? 0);
  if (!Number.isInteger(limit) || limit < 0) throw badRequest(`limit: Invalid value: "${query.get('limit')}"`);
  const found = collection
    .list(namespace)
    .filter((object) => keyOf(object) > after && hasLabels(object) && hasFields(object));
  const page = limit === 0 ? found : found.slice(0, limit);
  const last = page.at(-1);
  const more = last !== undefined && page.length < found.length;
  return {
    kind: `${kind.kind}List`,
    apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`,
    metadata: {
      resourceVersion: server.version(),
      ...(more
        ? { continue: Buffer.from(keyOf(last)).toString('base64url'), remainingItemCount: found.length - page.length }
        : {}),
    },
    items: kind.custom ? page : page.map(withoutKind),
  };
}

/** Items of built-in kinds carry neither kind nor apiVersion in a list (kubernetes/kubernetes#3030). */
function withoutKind(object: KubeObject): object {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== 'kind' && key !== 'apiVersion'));
}
