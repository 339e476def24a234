import { DAY, type Instant } from '../../shared/core/time';

/** What a server of TLS shows and proves, in PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateAuthority {
  /** Its own certificate, for clients that are to trust it. */
  readonly certificate: string;
  /** For a DNS name, or for addresses; both ends in the machine's time. */
  issue(to: CertifiedHost, validUntil: Instant): Promise<Identity>;
}

export type CertifiedHost = { readonly name: string } | { readonly addresses: readonly string[] };

const SETTINGS = { keyType: 'ec', algorithm: 'sha256' } as const;

/** A certificate authority that nobody else trusts. */
export async function createCertificateAuthority(now: Instant): Promise<CertificateAuthority> {
  // Loaded only here: it takes a while, and few that use the cloud need it.
  const { generate } = await import('selfsigned');
  const own = await generate([{ name: 'commonName', value: 'rehearsal' }], {
    ...SETTINGS,
    ...validity(now, now + 3650 * DAY),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const issued = new Map<string, Promise<Identity>>();

  async function make(to: CertifiedHost, validUntil: Instant): Promise<Identity> {
    const made = await generate([{ name: 'commonName', value: 'entry' }], {
      ...SETTINGS,
      ...validity(now, validUntil),
      ca: { key: own.private, cert: own.cert },
      extensions: [{ name: 'subjectAltName', altNames: namesOf(to) }],
    });
    return { cert: made.cert, key: made.private };
  }

  return {
    certificate: own.cert,
    issue: (to, validUntil) => {
      const id = JSON.stringify([to, validUntil]);
      const known = issued.get(id) ?? make(to, validUntil);
      issued.set(id, known);
      return known;
    },
  };
}

/** One that has ended began before that. */
function validity(now: Instant, until: Instant): { readonly notBeforeDate: Date; readonly notAfterDate: Date } {
  return { notBeforeDate: new Date(Math.min(now, until) - DAY), notAfterDate: new Date(until) };
}

function namesOf(to: CertifiedHost): ({ type: 2; value: string } | { type: 7; ip: string })[] {
  return 'name' in to ? [{ type: 2, value: to.name }] : to.addresses.map((ip) => ({ type: 7, ip }));
}
