import type { StageStep, StageWait } from './clb-stage';

export type Acting = Exclude<StageStep, StageWait>;

/** A step as the report and the plan say it. */
export function wordsOf(step: Acting): string {
  switch (step.do) {
    case 'take':
      return `take ${step.id} from the pool`;
    case 'claim':
      return `claim ${step.id}`;
    case 'let-go':
      return `leave ${step.id} to another`;
    case 'choose-zone':
      return `choose zone ${step.zone}, attempt ${step.attempt}`;
    case 'note-nothing-seen':
      return 'note that nothing was bought';
    case 'buy':
      return `buy an instance in ${step.zone}`;
    case 'record':
      return `record ${step.id} at ${step.address}`;
    case 'bind':
      return 'bind';
    case 'activate':
      return 'switch the instance on';
    case 'follow':
      return "follow the gateway's own Service";
    case 'enter':
      return `enter ${step.stage}`;
    case 'tag':
      return `tag ${step.stage}`;
    case 'note-withdrawn':
      return step.at === undefined ? 'note that it is published again' : 'note that it is withdrawn';
    case 'unbind':
      return 'unbind';
    case 'delete-records':
      return 'delete its disabled records';
    case 'unprotect':
      return 'take the deletion protection off';
    case 'delete-clb':
      return 'delete the instance';
    case 'give-back':
      return 'give the instance back to the pool';
    case 'delete-service':
      return 'delete the Service';
  }
}
