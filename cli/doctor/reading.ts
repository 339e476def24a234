import type { Reading } from '../../shared/core/gateway';
import { CloudError } from '../../shared/errors';

/** What cannot be read makes its checks unknown, with the vendor's code and the right that is missing. */
export async function reading<T>(work: Promise<T>): Promise<Reading<T>> {
  try {
    return { ok: true, value: await work };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return { ok: false, problem: problemOf(error), needsPerson: error.needsPerson };
  }
}

export function problemOf({ code = '', kind, message, operation }: CloudError): string {
  const coded = code === '' || message.includes(code) ? message : `${message} (${code})`;
  return kind === 'permission' ? `${coded}; whoever runs this needs the right ${operation.replace('.', ':')}` : coded;
}
