import { DAY, type Instant, type Millis, SECOND } from '../../shared/core/time';
import { CloudError, InvalidInput } from '../../shared/errors';
import type { Clock, Credentials } from '../../shared/ports';
import { show } from '../shown';
import { ASSUMED, type Behaviour, coded, documented } from './behaviour';
import type { CredentialStore } from './credentials';
import type { FunctionSettings } from './products/fc-settings';
import type { Regions } from './regions';

const ERRORS_PAGE = 'https://www.alibabacloud.com/help/en/function-compute/latest/error-codes';
const RETRY_PAGE = 'https://www.alibabacloud.com/help/en/functioncompute/user-guide/error-handling';
const TASK_PAGE = 'https://alibabacloud.com/help/en/functioncompute/fc-2-0/user-guide/task-deduplication';
const TASK_ID_PAGE =
  'https://www.alibabacloud.com/help/en/fc/developer-reference/api-fc-open-2021-04-06-getstatefulasyncinvocation';

export const FUNCTION_BEHAVIOURS: readonly Behaviour[] = [
  {
    part: 'Function Compute',
    what: 'A handler gets a Buffer and a context with credentials of its own for each invocation.',
    basis: documented('https://help.aliyun.com/en/functioncompute/fc-3-0/user-guide/context-object-nodejs'),
  },
  {
    part: 'Function Compute',
    what: 'A handler that throws gives status 200, x-fc-error-type UnhandledInvocationError and a body of errorMessage, errorType, stackTrace.',
    basis: documented(RETRY_PAGE),
  },
  {
    part: 'Function Compute',
    what: 'Past the time limit: status 200, x-fc-error-type FunctionTimeout. The handler is not stopped, unlike the real one.',
    basis: ASSUMED,
  },
  {
    part: 'Function Compute',
    what: 'Invocations beyond reservedConcurrency: 429 ResourceExhausted. Unknown functions: 404 FunctionNotFound.',
    basis: documented(ERRORS_PAGE),
  },
  {
    part: 'Function Compute',
    what: 'Asynchronous events are delivered at least once and are tried again three times after an error, here at once.',
    basis: documented(RETRY_PAGE),
  },
  {
    part: 'Function Compute',
    what: 'Events above 32 MB, or 128 KB when asynchronous, are refused with 400 EntityTooLarge.',
    basis: documented(ERRORS_PAGE),
  },
  {
    part: 'Function Compute',
    what: 'With asyncTask switched on, the second asynchronous event of a task id is refused with status 409.',
    basis: documented(TASK_PAGE),
  },
  {
    part: 'Function Compute',
    what: 'Its code is StatefulAsyncInvocationAlreadyExists.',
    basis: coded('a Go program on alibabacloud-go/fc-open-20210406 that looks for it'),
  },
  {
    part: 'Function Compute',
    what: 'That code is the same in FC 3.0, a task id is known for a day, and it is ignored where asyncTask is off.',
    basis: ASSUMED,
  },
  {
    part: 'Function Compute',
    what: 'A task id has up to 128 letters, digits, _ and -, a letter or _ first: 400 InvalidArgument.',
    basis: documented(TASK_ID_PAGE),
  },
  {
    part: 'Function Compute',
    what: 'FC 2.0 takes an event at /2016-08-15/services/{service}/functions/{function}/invocations, with the headers of FC 3.0 but for the task id.',
    basis: coded('@alicloud/fc2 2.6.6 lib/client.js'),
  },
  {
    part: 'Function Compute',
    what: 'Errors of FC 2.0 have ErrorCode and ErrorMessage, which its client reads and its documentation spells with a small e.',
    basis: coded('@alicloud/fc2 2.6.6 lib/client.js'),
  },
  {
    part: 'Function Compute',
    what: 'A function is reached by the form of its name alone; a service that is not there is 404 FunctionNotFound.',
    basis: ASSUMED,
  },
];

/** The second argument of a handler, as far as Node.js functions document it. */
export interface FunctionContext {
  readonly requestId: string;
  readonly credentials: Credentials;
  /** `timeout` in seconds, `memory` in MB. */
  readonly function: {
    readonly name: string;
    readonly handler: string;
    readonly memory: number;
    readonly timeout: number;
  };
  readonly service: {
    readonly logProject: string;
    readonly logStore: string;
    readonly qualifier: string;
    readonly versionId: string;
  };
  readonly region: string;
  readonly accountId: string;
  readonly logger: FunctionLogger;
}

type LogLine = (...parts: readonly unknown[]) => void;
export interface FunctionLogger {
  readonly debug: LogLine;
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
  readonly log: LogLine;
}

export type FunctionHandler = (event: Buffer, context: FunctionContext) => unknown;

export interface FunctionSetup {
  readonly region: string;
  /** `service/function` for one of FC 2.0. */
  readonly name: string;
  readonly handler: FunctionHandler;
  /** Seconds of real time. */
  readonly timeout: number;
  /** MB. */
  readonly memory: number;
  /** Invocations at a time; more are refused. Without it there is no limit. */
  readonly reservedConcurrency?: number;
  /** Tries after the first of an asynchronous event, 3 unless told. */
  readonly asyncRetries?: number;
  /** Whether a second asynchronous event of a task id is refused; off unless told. */
  readonly asyncTask?: boolean;
  /**
   * For how long an answer is held back beyond what the handler takes: in real time over HTTP. In the process no time passes,
   * and an answer that is held back beyond the caller's time limit does not come.
   */
  readonly latency?: Millis;
  /** What its deployment says beside; only to be read. */
  readonly settings?: FunctionSettings;
}

/** What an invocation gave. */
export interface Invocation {
  readonly requestId: string;
  /** 200 also when the handler failed; 202 when the event was only taken in. */
  readonly status: number;
  /** The vendor's code when the invocation was refused. */
  readonly code?: string;
  /** Set when the handler failed. */
  readonly errorType?: 'UnhandledInvocationError' | 'FunctionTimeout';
  /** What the handler returned, as UTF-8 text: its text as it is, anything else as JSON. */
  readonly body: string;
  /** What the handler logged through its context. */
  readonly logs: readonly string[];
  /** For how long the answer is to be held back. */
  readonly latency?: Millis;
}

export interface InvokeOptions {
  /** The event is queued, and `drain` delivers it. */
  readonly async?: boolean;
  readonly taskId?: string | undefined;
}

export interface AsyncDelivery {
  readonly region: string;
  readonly name: string;
  readonly requestId: string;
  /** The outcome of each try. */
  readonly tries: readonly Invocation[];
}

/** Functions deployed in the emulated cloud. */
export interface FunctionCompute {
  /** Puts a function in place, or replaces the one of that name. */
  deploy(setup: FunctionSetup): void;
  /** Where a function of that name is deployed. */
  regionsOf(name: string): readonly string[];
  /** As it was put in place. */
  settingsOf(region: string, name: string): FunctionSetup | undefined;
  /** Throws CloudError `timeout` when the region is dead. */
  invoke(region: string, name: string, payload: Buffer | string, options?: InvokeOptions): Promise<Invocation>;
  /**
   * Delivers queued events in order, those that handlers queue meanwhile included, until none is left but for functions of
   * dead regions, which wait.
   */
  drain(): Promise<readonly AsyncDelivery[]>;
  /** The next `times` asynchronous events are delivered twice. */
  duplicate(times: number): void;
}

/** Largest event of a synchronous and of an asynchronous invocation. */
const SYNC_LIMIT = 32 * 1024 * 1024;
const ASYNC_LIMIT = 128 * 1024;
/** Functions that keep invoking each other would never drain. */
const MOST_DELIVERIES = 10_000;
const TASK_ID = /^[A-Za-z_][\w-]{0,127}$/;
/** How long a task id is known. */
const TASK_MEMORY = DAY;

interface Deployed {
  readonly setup: FunctionSetup;
  running: number;
}

interface Queued {
  readonly setup: FunctionSetup;
  readonly payload: Buffer;
  readonly requestId: string;
}

export interface FunctionComputeOptions {
  readonly accountId: string;
  readonly clock: Clock;
  readonly credentials: CredentialStore;
  readonly nextRequestId: () => string;
  readonly regions: Regions;
}

export function createFunctionCompute({
  accountId,
  clock,
  credentials,
  nextRequestId,
  regions,
}: FunctionComputeOptions): FunctionCompute {
  const deployed = new Map<string, Deployed>();
  const queue: Queued[] = [];
  const tasks = new Map<string, Instant>();
  let duplicates = 0;

  function deploy(setup: FunctionSetup): void {
    if (!(setup.timeout > 0)) throw new InvalidInput(`function ${setup.name}: the timeout must be above 0 seconds`);
    deployed.set(`${setup.region}/${setup.name}`, { setup, running: 0 });
  }

  async function invoke(
    region: string,
    name: string,
    payload: Buffer | string,
    options: InvokeOptions = {},
  ): Promise<Invocation> {
    if (!regions.isAlive(region)) {
      throw new CloudError(`${region} does not answer`, { kind: 'timeout', operation: 'fc.InvokeFunction' });
    }
    const requestId = nextRequestId();
    const found = deployed.get(`${region}/${name}`);
    if (found === undefined) return refused(requestId, 404, 'FunctionNotFound', `function '${name}' does not exist`);
    const event = Buffer.from(payload);
    const limit = options.async === true ? ASYNC_LIMIT : SYNC_LIMIT;
    if (event.length > limit) {
      return refused(requestId, 400, 'EntityTooLarge', `payload size exceeds maximum allowed size (${limit} bytes)`);
    }
    if (options.async !== true) return held(await run(found, event, requestId), found.setup);
    const refusal = takeTask(found.setup, options.taskId, requestId);
    if (refusal !== undefined) return refusal;
    enqueue({ setup: found.setup, payload: event, requestId });
    return { requestId, status: 202, body: '', logs: [] };
  }

  function takeTask(
    { asyncTask = false, region, name }: FunctionSetup,
    taskId: string | undefined,
    requestId: string,
  ): Invocation | undefined {
    if (!asyncTask || taskId === undefined) return undefined;
    if (!TASK_ID.test(taskId)) return refused(requestId, 400, 'InvalidArgument', 'the task id is not valid');
    const key = `${region}/${name}/${taskId}`;
    const taken = tasks.get(key);
    if (taken !== undefined && clock.now() < taken + TASK_MEMORY) {
      return refused(requestId, 409, 'StatefulAsyncInvocationAlreadyExists', `task '${taskId}' exists already`);
    }
    tasks.set(key, clock.now());
    return undefined;
  }

  function enqueue(queued: Queued): void {
    queue.push(queued);
    if (duplicates === 0) return;
    duplicates -= 1;
    queue.push(queued);
  }

  async function run(found: Deployed, event: Buffer, requestId: string): Promise<Invocation> {
    const { setup } = found;
    if (found.running >= (setup.reservedConcurrency ?? Number.POSITIVE_INFINITY)) {
      return refused(
        requestId,
        429,
        'ResourceExhausted',
        `function '${setup.name}' has reached its reserved concurrency`,
      );
    }
    found.running += 1;
    const logs: string[] = [];
    try {
      return await withinTime(setup, requestId, logs, contextOf(setup, requestId, logs), event);
    } finally {
      found.running -= 1;
    }
  }

  function contextOf(setup: FunctionSetup, requestId: string, logs: string[]): FunctionContext {
    return {
      requestId,
      credentials: credentials.issue(),
      function: { name: setup.name, handler: 'index.handler', memory: setup.memory, timeout: setup.timeout },
      service: { logProject: '', logStore: '', qualifier: 'LATEST', versionId: '' },
      region: setup.region,
      accountId,
      logger: logger(requestId, logs),
    };
  }

  async function drain(): Promise<readonly AsyncDelivery[]> {
    const deliveries: AsyncDelivery[] = [];
    for (let next = nextEvent(); next !== undefined; next = nextEvent()) {
      if (deliveries.length === MOST_DELIVERIES)
        throw new Error(`still not drained after ${MOST_DELIVERIES} deliveries`);
      deliveries.push(await deliver(next));
    }
    return deliveries;
  }

  function nextEvent(): Queued | undefined {
    const place = queue.findIndex(({ setup }) => regions.isAlive(setup.region));
    return place < 0 ? undefined : queue.splice(place, 1)[0];
  }

  async function deliver({ setup, payload, requestId }: Queued): Promise<AsyncDelivery> {
    const { region, name, asyncRetries = 3 } = setup;
    const tries: Invocation[] = [];
    let failed = true;
    while (failed && tries.length <= asyncRetries) {
      const found = deployed.get(`${region}/${name}`) ?? { setup, running: 0 };
      const outcome = await run(found, payload, requestId);
      tries.push(outcome);
      failed = outcome.errorType !== undefined || outcome.status !== 200;
    }
    return { region, name, requestId, tries };
  }

  return {
    deploy,
    regionsOf: (name) =>
      [...deployed.values()].filter(({ setup }) => setup.name === name).map(({ setup }) => setup.region),
    settingsOf: (region, name) => deployed.get(`${region}/${name}`)?.setup,
    invoke,
    drain,
    duplicate: (times) => {
      duplicates += times;
    },
  };
}

function held(invocation: Invocation, { latency }: FunctionSetup): Invocation {
  return latency === undefined || invocation.status !== 200 ? invocation : { ...invocation, latency };
}

async function withinTime(
  setup: FunctionSetup,
  requestId: string,
  logs: readonly string[],
  context: FunctionContext,
  event: Buffer,
): Promise<Invocation> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<Invocation>((resolve) => {
    const message = `Function timed out after ${setup.timeout} seconds`;
    timer = setTimeout(
      () =>
        resolve({
          requestId,
          status: 200,
          errorType: 'FunctionTimeout',
          body: JSON.stringify({ errorMessage: message }),
          logs,
        }),
      setup.timeout * SECOND,
    );
  });
  const work = settled(setup, event, context).then((outcome) => {
    show('answer', outcome.body);
    return { requestId, status: 200, logs, ...outcome };
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/** Never rejects: what the handler throws is its outcome. */
async function settled(
  setup: FunctionSetup,
  event: Buffer,
  context: FunctionContext,
): Promise<Pick<Invocation, 'body' | 'errorType'>> {
  try {
    return { body: bodyOf(await setup.handler(event, context)) };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const body = { errorMessage: error.message, errorType: error.name, stackTrace: (error.stack ?? '').split('\n') };
    return { errorType: 'UnhandledInvocationError', body: JSON.stringify(body) };
  }
}

function bodyOf(result: unknown): string {
  if (Buffer.isBuffer(result)) return result.toString();
  if (typeof result === 'string') return result;
  return result === undefined ? '' : JSON.stringify(result);
}

function refused(requestId: string, status: number, code: string, message: string): Invocation {
  return {
    requestId,
    status,
    code,
    body: JSON.stringify({ RequestId: requestId, Code: code, Message: message }),
    logs: [],
  };
}

function logger(requestId: string, logs: string[]): FunctionLogger {
  function at(level: string): LogLine {
    return (...parts) => {
      const text = parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' ');
      logs.push(`${requestId} [${level}] ${text}`);
    };
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), log: at('info') };
}
