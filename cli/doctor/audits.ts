import { z } from 'zod';
import { findingOf, type Spec } from '../../deploy/doctor/spec';
import { regionsOf } from '../../deploy/functions';
import type { Configuration } from '../../shared/config/load';
import { pass, unknown } from '../../shared/core/audit/verdict';
import { reportedFinding } from '../../shared/serve/audit-answer';
import { failureText } from '../result';
import { isRefusal, refusalOf, send } from '../send';
import type { Reach } from '../world';
import { type Group, Reported } from './reported';

const AUDITED: Spec = {
  id: 'audit-answers',
  title: 'audit-gateway judges the gateways',
  severity: 'warning',
  why: 'What is wrong with the gateways themselves is seen by it alone.',
};

const Answer = z.looseObject({
  gateways: z.array(z.looseObject({ gateway: z.string(), findings: z.array(Reported) })),
});

/** What audit-gateway finds critical of each gateway; the rest is in its own report. */
export async function auditGroups(
  reach: Reach,
  configuration: Configuration,
  only: string | undefined,
): Promise<readonly Group[]> {
  const regions = regionsOf(configuration, 'audit-gateway').filter((region) => only === undefined || region === only);
  const event = { action: 'audit', format: 'json', dryRun: true };
  const target = { function: 'audit-gateway', regions, ask: 'each' } as const;
  const { answers, failures } = await send(reach, configuration.functions, [target], event);
  const read = answers
    .filter((reply) => !isRefusal(reply))
    .map(({ answer, region }) => ({ region, answer: Answer.safeParse(answer) }));
  const problems = [
    ...[...failures, ...answers.filter(isRefusal).map(refusalOf)].map(failureText),
    ...read.flatMap(({ answer, region }) => (answer.success ? [] : [`the answer of ${region} cannot be read`])),
  ];
  const own = findingOf(AUDITED, problems.length === 0 ? pass(regions.join(', ')) : unknown(...problems));
  return [
    { where: 'audits', findings: [Reported.parse(reportedFinding(own))] },
    ...read.flatMap(({ answer, region }) =>
      (answer.success ? answer.data.gateways : []).map(({ findings, gateway }) => ({
        where: `${region} ${gateway}`,
        region,
        findings: findings.filter(({ outcome, severity }) => outcome === 'fail' && severity === 'critical'),
      })),
    ),
  ].filter(({ findings }) => findings.length > 0);
}
