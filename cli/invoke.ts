import { nearest } from '../shared/config/suggest';
import { COMMANDED, type CommandedFunction, FUNCTIONS } from '../shared/core/function-name';
import { LARGEST_BYTES } from '../shared/event';
import { isObject } from '../shared/event/fields';
import type { Asked } from './commands';
import { readText } from './configuration';
import { textOf } from './options';
import { reachable } from './reachable';
import { type Result, WrongUsage } from './result';
import { anywhere, checkRegion } from './route';
import { isRefusal, type Reply, refusalOf, send } from './send';
import type { World } from './world';

/** Sends any event, and prints what comes back as it is. */
export async function invoke(asked: Asked, world: World): Promise<Result> {
  const { options, positionals } = asked;
  const [word = '', written] = positionals;
  const name = COMMANDED.find((each) => each === word);
  if (name === undefined) {
    if (word === 'receive-alarm') throw new WrongUsage(ALARMS_ONLY);
    const near = nearest(word, FUNCTIONS);
    throw new WrongUsage(
      `there is no function "${word}"${near === undefined ? '' : `; did you mean "${near}"?`}; there is: ${COMMANDED.join(', ')}`,
    );
  }
  const event = eventOf(name, written, world);
  const { configuration, open } = reachable(asked, world);
  const region = textOf(options, 'region');
  if (region !== undefined) checkRegion(configuration, region);
  const target = anywhere(name, configuration);
  const regions = target.regions.filter((each) => region === undefined || each === region);
  if (regions.length === 0)
    throw new WrongUsage(`${name} is not deployed in ${region ?? 'any region of the configuration'}`);
  const reach = await open();
  // What a check says is true of one region alone.
  const ask = 'action' in event && event.action === 'check' ? 'each' : target.ask;
  const targets = [{ ...target, regions, ask }];
  const { answers, failures, notes } = await send(reach, configuration.functions, targets, event);
  const refused = answers.filter(isRefusal).map(refusalOf);
  const incomplete = answers.filter(isIncomplete).map(refusalOf);
  return {
    outcome: failures.length + incomplete.length > 0 ? 'failed' : refused.length > 0 ? 'refused' : 'done',
    body: { answers: answers.map(({ answer, region: of }) => ({ function: name, region: of, answer })) },
    lines: answers.flatMap(({ answer, region: of }) => [`${name} in ${of}:`, JSON.stringify(answer, undefined, 2)]),
    errors: [...failures, ...incomplete, ...refused],
    notes: [...reach.notes, ...notes],
  };
}

const ALARMS_ONLY = [
  'receive-alarm takes alarms and no commands',
  `to make a function look, say: invoke scale-gateway '{"action":"look"}'`,
  `to try the way of an alarm, send one with Serverless Devs: FC_REGION=cn-hangzhou s receive-alarm invoke -e '{"alertName":"a test","alertState":"ALERT"}'`,
].join('; ');

/** Whether part of it was not done, or something could not be seen, which may be another time. */
function isIncomplete({ answer }: Reply): boolean {
  return answer.outcome === 'partly' || answer['retry'] === true;
}

/** What writes nothing, unless told. */
function eventOf(name: CommandedFunction, written: string | undefined, world: World): object {
  if (written === undefined) return harmless(name);
  const text =
    written === '-' ? world.standardInput() : written.startsWith('@') ? readText(written.slice(1), world) : written;
  const size = Buffer.byteLength(text);
  if (size > LARGEST_BYTES)
    throw new WrongUsage(`the event has ${size} bytes; at most ${LARGEST_BYTES} are read by the functions`);
  const event = parsed(text);
  if (!isObject(event)) throw new WrongUsage('the event is no JSON object');
  return event;
}

function harmless(name: CommandedFunction): object {
  switch (name) {
    case 'probe-region':
      return { action: 'probe' };
    case 'audit-gateway':
      return { action: 'audit' };
    default:
      return { action: 'look', dryRun: true };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WrongUsage(`the event is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
