import type { OpenApi, OpenApiAnswer, OpenApiCall } from '../../../shared/cloud/seams';

export interface ScriptedApi extends OpenApi {
  readonly calls: OpenApiCall[];
}

/** Answers each call with the next body; an Error is thrown, a promise is waited for, and the last one is repeated. */
export function scriptedApi(...answers: readonly unknown[]): ScriptedApi {
  const calls: OpenApiCall[] = [];
  return {
    calls,
    async call(call): Promise<OpenApiAnswer> {
      calls.push(call);
      const answer = await answers[Math.min(calls.length, answers.length) - 1];
      if (answer instanceof Error) throw answer;
      return { body: answer, requestId: 'R' };
    },
  };
}
