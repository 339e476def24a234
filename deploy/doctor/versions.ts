import type { Finding } from '../../shared/core/audit/finding';
import { deployCommand } from '../../shared/core/audit/fixes';
import { fail, notApplicable, pass } from '../../shared/core/audit/verdict';
import type { FunctionName } from '../../shared/core/function-name';
import { tally } from '../../shared/core/words';
import { commands, findingOf, type Spec } from './spec';

const SAME: Spec = {
  id: 'same-deployment',
  title: 'All functions have the same configuration, and each the same code in every region',
  severity: 'warning',
  why: 'Functions of several regions act as one only while they want the same.',
};

/** What a function says of what is deployed, as digits; `undefined` where it does not say. */
export interface VersionSeen {
  readonly function: FunctionName;
  readonly region: string;
  readonly configuration: string | undefined;
  readonly code: string | undefined;
}

export function versionsFinding(seen: readonly VersionSeen[]): Finding {
  const told = seen.flatMap((each) => (each.configuration === undefined ? [] : [{ ...each, is: each.configuration }]));
  if (told.length === 0) return findingOf(SAME, notApplicable('no function says what it is deployed with'));
  const names = [...new Set(seen.map((each) => each.function))];
  const codes = names.flatMap((name) => {
    const own = seen.flatMap((each) => (each.function === name ? (each.code ?? []) : []));
    return new Set(own).size > 1 ? [`code of ${name}: ${tally(own, '×')}`] : [];
  });
  const configurations = tally(
    told.map(({ is }) => is),
    '×',
  );
  if (new Set(told.map(({ is }) => is)).size === 1 && codes.length === 0) {
    return findingOf(SAME, pass(`configuration ${configurations}`));
  }
  const regions = [...new Set(seen.map(({ region }) => region))];
  return findingOf(
    SAME,
    fail(
      [
        `configuration ${configurations}`,
        ...told.map(({ function: of, is, region }) => `${region} ${of}: ${is}`),
        ...codes,
      ],
      commands('Deploy the same everywhere.', ...regions.map((region) => deployCommand(region))),
    ),
  );
}
