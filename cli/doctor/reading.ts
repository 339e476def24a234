import type { Reading } from '../../shared/core/gateway';
import type { CloudError } from '../../shared/errors';
import { reading as readingOf } from '../../shared/run/reading';

/** What cannot be read makes its checks unknown, with the vendor's code and the right that is missing. */
export function reading<T>(work: Promise<T>): Promise<Reading<T>> {
  return readingOf(work, problemOf);
}

export function problemOf({ code = '', kind, message, operation }: CloudError): string {
  const coded = code === '' || message.includes(code) ? message : `${message} (${code})`;
  return kind === 'permission' ? `${coded}; whoever runs this needs the right ${operation.replace('.', ':')}` : coded;
}
