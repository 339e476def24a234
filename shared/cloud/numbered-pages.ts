import { CloudError } from '../errors';
import type { OpenApi, OpenApiCall } from './seams';

export interface NumberedPage<T> {
  readonly total: number;
  readonly items: readonly T[];
}

/** How often a list is read that changes while its pages are. */
const READINGS = 3;

/**
 * Reads a list by `PageNumber` and `PageSize` to its end. A list of several pages that do not fit together is read again.
 * Throws CloudError `conflict` when it changed at each reading: half a list is no list.
 *
 * @param idOf what tells one item from another
 * @param pageName what the operation calls the number of a page
 */
export async function numberedPages<T>(
  api: OpenApi,
  call: OpenApiCall,
  pageSize: number,
  readPage: (body: unknown) => NumberedPage<T>,
  idOf: (item: T) => string,
  pageName: 'PageNumber' | 'Page' = 'PageNumber',
): Promise<readonly T[]> {
  for (let reading = 1; reading <= READINGS; reading += 1) {
    const items = await readOnce(api, call, pageSize, readPage, pageName);
    if (items !== undefined && new Set(items.map(idOf)).size === items.length) return items;
  }
  throw new CloudError(`the list changed each of the ${READINGS} times that it was read`, {
    kind: 'conflict',
    operation: `${call.product}.${call.action}`,
  });
}

/** `undefined` when the pages do not fit together. */
async function readOnce<T>(
  api: OpenApi,
  call: OpenApiCall,
  pageSize: number,
  readPage: (body: unknown) => NumberedPage<T>,
  pageName: string,
): Promise<readonly T[] | undefined> {
  const items: T[] = [];
  let expected: number | undefined;
  for (let page = 1; expected === undefined || items.length < expected; page += 1) {
    const { body } = await api.call({ ...call, query: { ...call.query, [pageName]: page, PageSize: pageSize } });
    const { items: more, total } = readPage(body);
    expected ??= total;
    if (total !== expected || (more.length === 0 && items.length < total)) return undefined;
    items.push(...more);
  }
  return items.length === expected ? items : undefined;
}
