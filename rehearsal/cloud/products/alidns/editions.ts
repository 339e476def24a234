/** What an edition of Alibaba Cloud DNS allows. */
export interface Edition {
  /** The vendor's code of it. */
  readonly code: string;
  /** Seconds. */
  readonly minTtl: number;
  /** Records of one name, type and line. */
  readonly recordsPerLine: number;
  /** How finely lines may divide clients. */
  readonly lines: 'carriers' | 'provinces';
}

export type EditionName = 'free' | 'personal' | 'standard' | 'ultimate';

/** Seconds; the same for all editions. */
export const MAX_TTL = 86_400;

/** Codes of the free, the personal and the ultimate edition as clients quote them; that of the standard one is assumed. */
export const EDITIONS: Readonly<Record<EditionName, Edition>> = {
  free: { code: 'mianfei', minTtl: 600, recordsPerLine: 10, lines: 'carriers' },
  personal: { code: 'version_personal', minTtl: 600, recordsPerLine: 90, lines: 'carriers' },
  standard: { code: 'version_enterprise_basic', minTtl: 60, recordsPerLine: 90, lines: 'provinces' },
  ultimate: { code: 'version_enterprise_advanced', minTtl: 1, recordsPerLine: 90, lines: 'provinces' },
};
