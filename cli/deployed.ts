import { credentialsOfChain } from '../shared/cloud/credential-chain';
import { createFunctions } from '../shared/cloud/functions';
import { createOpenApi } from '../shared/cloud/open-api';
import { withRetries } from '../shared/cloud/retry';
import { createServiceFunctions } from '../shared/cloud/service-functions';
import { elapsed, systemClock } from '../shared/cloud/system-clock';
import { MINUTE, type Millis } from '../shared/core/time';
import type { Deadline } from '../shared/ports';
import { internet } from '../shared/serve/network';
import type { Reach, World } from './world';

/** Of the whole command: a round of asking for the plan and one for what is done, each with a minute for each of some regions. */
const LONGEST: Millis = 10 * MINUTE;

/**
 * The account, and the functions in Function Compute, asked with the credentials of the vendor's chain. The functions' own variables are heard,
 * too: AUTOPILOT_ENDPOINT in place of the vendor's endpoints, FC_ACCOUNT_ID for functions of FC 2.0.
 *
 * @throws InvalidInput without credentials
 */
export async function deployedReach(environment: World['environment']): Promise<Reach> {
  const credentials = await credentialsOfChain(environment);
  const endpoint = environment['AUTOPILOT_ENDPOINT'];
  const begun = elapsed();
  const deadline: Deadline = { left: () => Math.max(0, begun + LONGEST - elapsed()) };
  const clock = systemClock();
  const around = { clock, deadline, random: Math.random };
  const functions = createFunctions({
    openApi: createOpenApi({ credentials, deadline, endpoint, callLimit: MINUTE }),
    services: createServiceFunctions({ credentials, accountId: environment['FC_ACCOUNT_ID'], endpoint }),
    ...around,
  });
  const openApi = withRetries(createOpenApi({ credentials, deadline, endpoint }), around);
  const { delegations } = internet(deadline);
  return { notes: [], round: (work) => work({ functions, openApi, delegations, now: clock.now }) };
}
