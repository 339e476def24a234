import { pages } from '../../../shared/cloud/paging';
import type { OpenApiCall } from '../../../shared/cloud/seams';
import { failureOf } from './failure';
import { scriptedApi } from './scripted-api';

const CALL: OpenApiCall = { product: 'slb', region: 'r', action: 'List', query: { Size: 2 }, effect: 'read' };

interface Body {
  readonly items: readonly string[];
  readonly nextToken?: string | null;
}

function read(body: unknown): Body {
  return body as Body;
}

it('follows the token to the last page', async () => {
  const api = scriptedApi({ items: ['a', 'b'], nextToken: 't1' }, { items: ['c'], nextToken: 't2' }, { items: ['d'] });
  expect(await pages(api, CALL, read)).toEqual(['a', 'b', 'c', 'd']);
  expect(api.calls.map(({ query }) => query)).toEqual([
    { Size: 2, NextToken: undefined },
    { Size: 2, NextToken: 't1' },
    { Size: 2, NextToken: 't2' },
  ]);
});

it.each([[undefined], [null], ['']])('takes %p for the end', async (nextToken) => {
  const api = scriptedApi({ items: ['a'], nextToken });
  expect(await pages(api, CALL, read)).toEqual(['a']);
  expect(api.calls).toHaveLength(1);
});

it('refuses a token that comes again', async () => {
  const api = scriptedApi({ items: [], nextToken: 'x' }, { items: [], nextToken: 'y' }, { items: [], nextToken: 'x' });
  expect(await failureOf(pages(api, CALL, read))).toMatchObject({
    kind: 'unreadable',
    operation: 'slb.List',
    message: 'slb.List: page 3 gave a NextToken that was used before',
  });
});

it('refuses pages without end', async () => {
  let page = 0;
  const endless = {
    call: async () => {
      page += 1;
      return { body: { items: ['a'], nextToken: `t${page}` }, requestId: '' };
    },
  };
  expect((await failureOf(pages(endless, CALL, read, 7))).message).toBe('slb.List: more than 7 pages');
  expect(page).toBe(7);
});
