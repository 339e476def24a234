import { createFunctions } from '../cloud/functions';
import { createOpenApi } from '../cloud/open-api';
import { createServiceFunctions } from '../cloud/service-functions';
import { functionRuntime } from './function-runtime';
import type { Intake } from './receive-alarm';
import type { Surroundings } from './surroundings';

/** The real thing for the function that only wakes others. */
export function intake(directory: string): Surroundings<Intake> {
  const runtime = functionRuntime(directory);
  const { clock, environment, random } = runtime;
  return {
    ...runtime,
    connect: (credentials, deadline) => {
      const endpoint = environment('AUTOPILOT_ENDPOINT');
      const openApi = createOpenApi({ credentials, deadline, endpoint });
      const services = createServiceFunctions({ credentials, accountId: environment('FC_ACCOUNT_ID'), endpoint });
      const functions = createFunctions({ openApi, services, clock, deadline, random });
      return { functions, close: () => undefined };
    },
  };
}
