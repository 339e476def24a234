import { isDeepStrictEqual } from 'node:util';
import { copyOf, isObject } from '../json';
import { badRequest, unprocessable } from './status';

/** JSON merge patch, RFC 7386 section 2. Neither argument is changed. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

/**
 * JSON patch, RFC 6902. `target` is not changed. Refuses as the API server does: 400 for what is no patch (an object
 * instead of a list is what clients send that forget the content type), 422 for one that does not apply.
 */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('error decoding patch: a JSON patch is a list');
  let document: unknown = copyOf(target);
  for (const operation of patch) document = applied(document, operation);
  return document;
}

function applied(document: unknown, operation: unknown): unknown {
  if (!isObject(operation)) throw badRequest('a JSON patch is a list of objects');
  const path = pointer(operation['path']);
  switch (operation['op']) {
    case 'add':
      return add(document, path, copyOf(operation['value']));
    case 'remove':
      return remove(document, path);
    case 'replace':
      return add(remove(document, path), path, copyOf(operation['value']));
    case 'move': {
      const from = pointer(operation['from']);
      const moved = read(document, from);
      return add(remove(document, from), path, moved);
    }
    case 'copy':
      return add(document, path, copyOf(read(document, pointer(operation['from']))));
    case 'test':
      if (isDeepStrictEqual(read(document, path), operation['value'])) return document;
      throw unprocessable(`testing path ${operation['path']} failed`);
    default:
      throw badRequest(`unexpected kind of JSON patch operation: ${JSON.stringify(operation['op'])}`);
  }
}

function pointer(text: unknown): readonly string[] {
  if (typeof text !== 'string' || (text !== '' && !text.startsWith('/'))) throw badRequest('a path starts with "/"');
  return text
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function missing(path: readonly string[]): Error {
  return unprocessable(`the path /${path.join('/')} does not exist in the object`);
}

function read(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const key of path) {
    if (Array.isArray(value) && Number(key) < value.length) value = value[Number(key)];
    else if (isObject(value) && Object.hasOwn(value, key)) value = value[key];
    else throw missing(path);
  }
  return value;
}

/** Changes `document`, which is a private copy, in place; returns it, or the new root. */
function add(document: unknown, path: readonly string[], value: unknown): unknown {
  const key = path.at(-1);
  if (key === undefined) return value;
  const parent = read(document, path.slice(0, -1));
  if (Array.isArray(parent)) {
    const index = key === '-' ? parent.length : Number(key);
    if (!Number.isInteger(index) || index < 0 || index > parent.length) throw missing(path);
    parent.splice(index, 0, value);
  } else if (isObject(parent)) {
    parent[key] = value;
  } else throw missing(path);
  return document;
}

function remove(document: unknown, path: readonly string[]): unknown {
  read(document, path);
  const key = path.at(-1);
  if (key === undefined) throw unprocessable('the whole object cannot be removed by a patch');
  const parent = read(document, path.slice(0, -1));
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else if (isObject(parent)) delete parent[key];
  return document;
}
