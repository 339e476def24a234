import type { SignatureCheck } from '../../signature';
import { ApiRefusal } from '../operation';

/** Lets requests to Alidns pass that are refused for nothing but the age of their date, as long as `ignored` says so. */
export function withoutDates(signatures: SignatureCheck, ignored: () => boolean): SignatureCheck {
  return {
    check: (request) => {
      try {
        signatures.check(request);
      } catch (refusal) {
        const isDate = refusal instanceof ApiRefusal && refusal.code === 'InvalidTimeStamp.Expired';
        if (!(isDate && ignored() && request.headers['x-acs-version'] === '2015-01-09')) throw refusal;
      }
    },
  };
}
