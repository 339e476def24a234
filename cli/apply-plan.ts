import type { Asked } from './commands';
import { isOn, textOf } from './options';
import { ownerOf, reasonOf } from './person';
import { reachable } from './reachable';
import { failureText, type Result, WrongUsage } from './result';
import { gatewayOf, targetsOf } from './route';
import { isRefusal, refusalOf, send } from './send';
import type { World } from './world';

/**
 * Carries out one plan that a function proposed, known by its hash. Which function proposed it is not said by the hash: those
 * that it is not of refuse it, and one that takes it is enough.
 */
export async function applyPlan(asked: Asked, world: World): Promise<Result> {
  const { options } = asked;
  if (isOn(options, 'yes')) throw new WrongUsage('--plan asks for nothing; leave --yes out');
  const { configuration, open } = reachable(asked, world);
  const name = textOf(options, 'name');
  const gateway = textOf(options, 'gateway');
  if ((name === undefined) === (gateway === undefined)) throw new WrongUsage('--plan needs either --gateway or --name');
  const of = name === undefined ? { gateway: gatewayOf(configuration, gateway) } : { name };
  const event = {
    action: 'apply',
    plan: textOf(options, 'plan') ?? '',
    ...of,
    owner: ownerOf(options, world),
    reason: reasonOf(options),
  } as const;
  const targets = targetsOf(event, configuration, textOf(options, 'region'));
  const reach = await open();
  const { answers, failures, notes } = await send(reach, configuration.functions, targets, event);
  const taken = answers.filter((reply) => !isRefusal(reply));
  const outcome = taken.length > 0 ? 'done' : failures.length > 0 ? 'failed' : 'refused';
  return {
    outcome,
    body: { answers: answers.map(({ answer, function: of, region }) => ({ function: of, region, answer })) },
    lines: taken.map(
      ({ answer, function: of, region }) => `done    ${region}  ${of}  ${answer.command ?? answer.message}`,
    ),
    errors: taken.length > 0 ? [] : [...failures, ...answers.filter(isRefusal).map(refusalOf)],
    notes: [...reach.notes, ...notes, ...(taken.length > 0 ? failures.map(failureText) : [])],
  };
}
