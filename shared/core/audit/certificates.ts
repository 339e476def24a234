import { DAY, isoTime } from '../time';
import { byHand, printed } from './fixes';
import { type Check, fail, notApplicable, pass, unknown } from './verdict';

/** As long as a renewal that nobody has noticed to fail leaves time for. */
const LEAST_DAYS = 21;

export const CERTIFICATE_CHECKS: readonly Check[] = [
  {
    id: 'certificate-expiry',
    title: `Certificates hold for ${LEAST_DAYS} more days`,
    severity: 'critical',
    why: 'A certificate that ends takes the whole name down, in all regions at once.',
    source: {
      page: 'https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5',
      date: '2008-05',
    },
    examine: ({ at, certificates }) => {
      if (certificates.length === 0) return notApplicable('no address of the gateway is asked for TLS');
      const seen = certificates.map((certificate) => {
        const { address, ends, host, message } = certificate;
        const days = ends === undefined ? undefined : Math.floor((ends - at) / DAY);
        const until =
          ends === undefined
            ? `no certificate was seen: ${message}`
            : `ends ${isoTime(ends).slice(0, 10)}, in ${days} days`;
        return { ...certificate, days, text: `${address}${host === undefined ? '' : ` for ${host}`}: ${until}` };
      });
      const evidence = seen.map(({ text }) => text);
      const ending = seen.filter(
        ({ days, failure }) => (days !== undefined && days < LEAST_DAYS) || failure === 'certificate',
      );
      if (ending.length > 0) {
        return fail(
          evidence,
          printed(
            'Renew the certificate in its secret; the gateway takes it up by itself.',
            byHand(
              `renew the certificate that ${ending.map(({ address }) => address).join(', ')} shows, in the mesh's certificates or the secret of the Gateway`,
            ),
          ),
        );
      }
      return seen.every(({ days }) => days !== undefined) ? pass(...evidence) : unknown(...evidence);
    },
  },
];
