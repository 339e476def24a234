import { CloudError } from '../errors';
import type { OpenApi, OpenApiCall } from './seams';

export interface Page<T> {
  readonly items: readonly T[];
  /** Absent, null or empty on the last page. */
  readonly nextToken?: string | null | undefined;
}

/**
 * Follows `NextToken` to the last page. Throws CloudError `unreadable` when the same token comes twice or the pages do
 * not end: half an answer is no answer.
 *
 * @param readPage reads one page's body
 * @param maxPages bound against an API that never stops
 */
export async function pages<T>(
  api: OpenApi,
  call: OpenApiCall,
  readPage: (body: unknown) => Page<T>,
  maxPages = 100,
): Promise<readonly T[]> {
  const operation = `${call.product}.${call.action}`;
  const items: T[] = [];
  const seen = new Set<string>();
  let token: string | undefined;
  for (let page = 1; page <= maxPages; page += 1) {
    const { body } = await api.call({ ...call, query: { ...call.query, NextToken: token } });
    const { items: more, nextToken } = readPage(body);
    for (const item of more) items.push(item);
    if (nextToken === undefined || nextToken === null || nextToken === '') return items;
    if (seen.has(nextToken)) {
      throw new CloudError(`page ${page} gave a NextToken that was used before`, { kind: 'unreadable', operation });
    }
    seen.add(nextToken);
    token = nextToken;
  }
  throw new CloudError(`more than ${maxPages} pages`, { kind: 'unreadable', operation });
}
