import type { OpenApi } from '../cloud/seams';
import { CloudError } from '../errors';

/** An API that keeps what the vendor's support asks for first. */
export interface NotedApi {
  readonly openApi: OpenApi;
  /** Of each write since they were asked for last, failed ones included: `alidns.AddDomainRecord 5D1C6A2E-…`. */
  readonly requestIds: () => readonly string[];
}

export function noted(openApi: OpenApi): NotedApi {
  const ids: string[] = [];
  return {
    openApi: {
      call: async (call) => {
        const note = (requestId: string | undefined): void => {
          if (call.effect === 'read' || requestId === undefined || requestId === '') return;
          ids.push(`${call.product}.${call.action} ${requestId}`);
        };
        try {
          const answer = await openApi.call(call);
          note(answer.requestId);
          return answer;
        } catch (error) {
          if (error instanceof CloudError) note(error.requestId);
          throw error;
        }
      },
    },
    requestIds: () => ids.splice(0),
  };
}
