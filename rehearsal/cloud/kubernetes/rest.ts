import { show } from '../../shown';
import { at, copyOf, defined, isObject } from '../json';
import { reviewed, SELF_REVIEW } from './access-review';
import { checkPreconditions } from './admission';
import { type ApiServer, servedAt } from './api-server';
import { keyOf, type Served } from './collection';
import { jsonPatch, mergePatch } from './patches';
import { authorise } from './rights';
import { SCALE } from './scale';
import { fieldMatcher, labelMatcher } from './selector';
import {
  badRequest,
  detailsOf,
  invalid,
  methodNotAllowed,
  NotServed,
  noSuchResource,
  notFound,
  unauthorized,
  unsupported,
  unsupportedMedia,
} from './status';
import type { View } from './views';

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

/** What a path names, whether or not it exists. */
export interface Target {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

interface Route extends Target {
  readonly collection: Served;
  readonly view: View;
}

const PATH =
  /^\/(?:api\/(?<core>[^/]+)|apis\/(?<group>[^/]+)\/(?<version>[^/]+))(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+)(?:\/(?<subresource>[^/]+))?)?$/;

/** Answers a request, or throws KubeRefusal or NotServed. Nothing that is returned shares memory with the store. */
export function answerKube(server: ApiServer, request: KubeRequest): KubeAnswer {
  const rights = server.rightsOf(request.token);
  if (rights === undefined) throw unauthorized();
  if (request.body !== undefined) show('call', () => JSON.stringify(request.body));
  const target = targetOf(request.path);
  // Everybody may ask for that.
  if (isSelfReview(target, request)) return { status: 201, body: copyOf(reviewed(rights, request.body)) };
  authorise(rights, target, verbOf(request.method, target?.name, request.query), request);
  const answer = answerRoute(server, routeOf(server, target), request);
  return { status: answer.status, body: copyOf(answer.body) };
}

function isSelfReview(target: Target | undefined, { method }: KubeRequest): boolean {
  const { group, plural } = SELF_REVIEW;
  return method === 'POST' && target?.group === group && target.plural === plural && target.namespace === undefined;
}

/** For records and faults, for example `kube patch deployments/scale`. */
export function kubeOperation({ method, path, query }: Pick<KubeRequest, 'method' | 'path' | 'query'>): string {
  const { plural = path, name, subresource } = targetOf(path) ?? {};
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

function targetOf(path: string): Target | undefined {
  const groups = PATH.exec(path)?.groups;
  if (groups === undefined) return undefined;
  const { core, group = '', version = core ?? '', plural = '', namespace, name, subresource } = groups;
  return {
    group,
    version,
    plural,
    namespace,
    name: name === undefined ? undefined : decodeURIComponent(name),
    subresource,
  };
}

function routeOf(server: ApiServer, target: Target | undefined): Route {
  if (target === undefined) throw new NotServed();
  const { namespace, name, subresource } = target;
  const resource = server.resources.get(servedAt(target));
  if (resource === undefined) {
    const prefix = servedAt({ ...target, plural: '' });
    throw [...server.resources.keys()].some((path) => path.startsWith(prefix)) ? noSuchResource() : new NotServed();
  }
  if (namespace === undefined && name !== undefined) throw noSuchResource();
  const { kind } = resource.collection;
  switch (subresource) {
    case undefined:
      return { ...target, ...resource };
    case 'scale':
      if (kind.scalable) return { ...target, collection: resource.collection, view: SCALE };
      break;
    case 'status':
      if (kind.hasStatus) return { ...target, ...resource };
  }
  throw kind.custom && name !== undefined ? notFound(kind, name) : noSuchResource();
}

function answerRoute(server: ApiServer, route: Route, request: KubeRequest): KubeAnswer {
  const { collection, view, namespace, name } = route;
  if (name === undefined || namespace === undefined) {
    if (request.method === 'GET') return { status: 200, body: list(server, route, request.query) };
    if (request.method !== 'POST' || namespace === undefined) throw methodNotAllowed();
    const options = { dryRun: dryRun(request.query, 'CreateOptions') };
    const made = collection.create(namespace, view.restore(undefined, request.body), options);
    return { status: 201, body: withoutEmptyVersion(view.show(made)) };
  }
  switch (request.method) {
    case 'GET':
      return { status: 200, body: view.show(collection.get(namespace, name)) };
    case 'PATCH':
      return { status: 200, body: patch(route, namespace, name, request) };
    case 'DELETE':
      return { status: 200, body: remove(route, namespace, name, request) };
    default:
      throw methodNotAllowed();
  }
}

/** What was made in a dry run was never stored, and so has no version. */
function withoutEmptyVersion(object: object): object {
  if (at(object, 'metadata', 'resourceVersion') !== '') return object;
  return Object(mergePatch(object, { metadata: { resourceVersion: null } }));
}

function patch(route: Route, namespace: string, name: string, request: KubeRequest): object {
  const { collection, view, subresource } = route;
  const dry = dryRun(request.query, 'PatchOptions');
  const before = collection.get(namespace, name);
  const after = patched(view.show(before), collection.kind.custom, request);
  const options = { dryRun: dry, part: subresource === 'status' ? 'status' : 'object' } as const;
  return view.show(collection.update(namespace, name, view.restore(before, after), options));
}

function patched(object: object, custom: boolean, { contentType, body }: KubeRequest): unknown {
  switch (contentType?.split(';')[0]?.trim()) {
    case 'application/merge-patch+json':
      if (!isObject(body)) throw badRequest('error decoding patch: a merge patch of an object must be an object');
      return mergePatch(object, body);
    case 'application/json-patch+json':
      return jsonPatch(object, body);
    case 'application/strategic-merge-patch+json':
      if (custom) {
        throw unsupportedMedia(
          'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
        );
      }
      throw unsupportedMedia('strategic merge patches are not emulated');
    default:
      throw unsupportedMedia('415: Unsupported Media Type');
  }
}

function remove({ collection, subresource }: Route, namespace: string, name: string, request: KubeRequest): object {
  if (subresource !== undefined) throw methodNotAllowed();
  const { kind } = collection;
  const dry = dryRun(request.query, 'DeleteOptions');
  checkPreconditions(kind, collection.get(namespace, name), request.body);
  const removed = collection.remove(namespace, name, { dryRun: dry });
  const { deletionTimestamp, uid } = removed.metadata;
  if (kind.answersDeletionWithObject === true || deletionTimestamp !== undefined) return removed;
  const details = { ...detailsOf(kind, name), uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

function dryRun(query: URLSearchParams, options: 'CreateOptions' | 'PatchOptions' | 'DeleteOptions'): boolean {
  const value = query.get('dryRun');
  if (value === null || value === 'All') return value === 'All';
  throw invalid({ group: 'meta.k8s.io', kind: options }, '', [unsupported('dryRun', [value], ['All'])]);
}

function list(server: ApiServer, { collection, view, namespace }: Route, query: URLSearchParams): object {
  if (query.has('watch')) throw badRequest('watch is not emulated');
  const { kind } = collection;
  const labelSelector = query.get('labelSelector') ?? '';
  const fieldSelector = query.get('fieldSelector') ?? '';
  const hasLabels = labelMatcher(labelSelector);
  const hasFields = fieldMatcher(fieldSelector, kind);
  const after = startOf(query.get('continue') ?? '');
  const limit = limitOf(query.get('limit') ?? '0');
  const found = collection
    .list(namespace)
    .filter((object) => keyOf(object) > after && hasLabels(object) && hasFields(object));
  const page = limit === 0 ? found : found.slice(0, limit);
  const last = page.at(-1);
  const more = last !== undefined && page.length < found.length;
  const selected = labelSelector !== '' || fieldSelector !== '';
  return {
    kind: `${view.kind}List`,
    apiVersion: view.apiVersion,
    metadata: defined({
      resourceVersion: server.version(),
      continue: more ? Buffer.from(keyOf(last)).toString('base64url') : undefined,
      // With a selector the real server does not count what is left.
      remainingItemCount: more && !selected ? found.length - page.length : undefined,
    }),
    items: page.map((object) => (kind.custom ? view.show(object) : withoutKind(view.show(object)))),
  };
}

function startOf(token: string): string {
  if (token === '') return '';
  const start = Buffer.from(token, 'base64url').toString();
  if (!start.includes('/')) throw badRequest('invalid continue token: continue key is not valid');
  return start;
}

/** A negative limit is none. */
function limitOf(text: string): number {
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Math.max(0, Number(text));
}

/** Items of built-in kinds carry neither kind nor apiVersion in a list (kubernetes/kubernetes#3030). */
function withoutKind(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== 'kind' && key !== 'apiVersion'));
}
