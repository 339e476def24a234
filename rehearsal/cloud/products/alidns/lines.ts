import type { Edition } from './editions';
import { type Subnet, within } from './subnet';

/** A group of clients that may get answers of their own. */
export interface Line {
  readonly code: string;
  readonly name: string;
  /** The line that a client falls to when its own has no record. */
  readonly father?: string;
  readonly needs: Edition['lines'];
}

export const DEFAULT_LINE = 'default';

const CARRIERS = { telecom: 'China Telecom', unicom: 'China Unicom', mobile: 'China Mobile' } as const;
const PROVINCES = ['beijing', 'guangdong', 'hebei', 'jiangsu', 'shanghai', 'shandong', 'sichuan', 'zhejiang'] as const;
const DISTRICTS = ['dongbei', 'huabei', 'huadong', 'huanan', 'huazhong', 'xibei', 'xinan'] as const;

/** A part of the vendor's list, which has some hundreds. */
export const LINES: readonly Line[] = [
  { code: DEFAULT_LINE, name: 'Default', needs: 'carriers' },
  ...Object.entries(CARRIERS).map(([code, name]): Line => ({ code, name, needs: 'carriers' })),
  { code: 'edu', name: 'CERNET', needs: 'carriers' },
  { code: 'oversea', name: 'Outside China', needs: 'carriers' },
  { code: 'search', name: 'Search engines', needs: 'carriers' },
  ...DISTRICTS.map((code): Line => ({ code: `cn_region_${code}`, name: code, needs: 'provinces' })),
  ...Object.entries(CARRIERS).flatMap(([father, name]) =>
    PROVINCES.map(
      (province): Line => ({
        code: `cn_${father}_${province}`,
        name: `${name} ${province}`,
        father,
        needs: 'provinces',
      }),
    ),
  ),
];

export function linesOf(edition: Edition): readonly Line[] {
  return LINES.filter(({ needs }) => needs === 'carriers' || edition.lines === 'provinces');
}

/** The line itself, then the lines that it falls to, `default` last. */
export function fallback(code: string): readonly string[] {
  if (code === DEFAULT_LINE) return [code];
  const father = LINES.find((line) => line.code === code)?.father ?? DEFAULT_LINE;
  return [code, ...fallback(father)];
}

/** Which clients a line is for. */
export interface LineSubnet {
  readonly subnet: Subnet;
  readonly line: string;
}

/** The most specific network that holds the client's counts. */
export function lineFor(
  client: Subnet | undefined,
  table: readonly LineSubnet[],
): { readonly line: string; readonly scope: number } {
  const matches = client === undefined ? [] : table.filter(({ subnet }) => within(client, subnet));
  const best = matches.reduce<LineSubnet | undefined>(
    (found, entry) => (found === undefined || entry.subnet.length > found.subnet.length ? entry : found),
    undefined,
  );
  return best === undefined ? { line: DEFAULT_LINE, scope: 0 } : { line: best.line, scope: best.subnet.length };
}
