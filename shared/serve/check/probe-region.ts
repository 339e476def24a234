import type { Configuration } from '../../config/load';
import { controlTargetsOf } from '../../config/probes';
import { EGRESS_CHECKS } from '../../core/check/reach';
import { judge } from '../../core/check/self-check';
import type { Answer, Invocation } from '../serve';
import type { VantagePoint } from '../vantage-point';
import { type OwnFindings, selfCheck } from './answer';

/** It has neither an API to ask nor a role that says anything. */
export function checkProbeRegion(invocation: Invocation<VantagePoint>): Promise<Answer> {
  return selfCheck('probe-region', invocation, (configuration) => examine(invocation, configuration));
}

async function examine(
  { connections, context: { region } }: Invocation<VantagePoint>,
  { probes }: Configuration,
): Promise<OwnFindings> {
  const controls = await Promise.all(
    (probes === undefined ? [] : controlTargetsOf(probes)).map(async (control) => {
      const { failure, message } = await connections.prober.probe(control, probes?.timeout ?? 0);
      return { name: control.name, failure: failure === undefined ? undefined : `${failure} (${message})` };
    }),
  );
  const findings = judge(EGRESS_CHECKS, { region, points: probes?.points, controls });
  return { tellsPeople: false, signsRemovals: false, reads: [], clocks: [], findings };
}
