import { createHash } from 'node:crypto';
import type { Instant } from '../../shared/core/time';
import { InvalidInput } from '../../shared/errors';
import { ASSUMED, type Behaviour, documented } from './behaviour';
import type { FunctionCompute } from './function-compute';
import type { Regions } from './regions';

export const TOPIC_BEHAVIOURS: readonly Behaviour[] = [
  {
    part: 'MNS',
    what: 'A message of a topic invokes the functions that are triggered by it, asynchronously, in the format JSON.',
    basis: documented('fc-docs 04/149 and 04/140 (2026-08)'),
  },
  {
    part: 'MNS',
    what: 'A message for a topic of a dead region is lost; the real one is kept and tried again.',
    basis: ASSUMED,
  },
];

/** Topics of MNS, as far as alarms use them. */
export interface TopicControls {
  /** A trigger `mns_topic` of a function that is deployed there. Throws InvalidInput. */
  subscribe(region: string, topic: string, functionName: string): void;
}

export interface Topics {
  readonly controls: TopicControls;
  /** @param arn as rules of CloudMonitor name a topic: `acs:mns:{region}:{account}:/topics/{name}/message` */
  publish(arn: string, message: string): void;
}

export interface TopicsOptions {
  readonly accountId: string;
  readonly now: () => Instant;
  readonly functions: FunctionCompute;
  readonly regions: Regions;
  readonly nextId: () => string;
}

export function createTopics({ accountId, functions, nextId, now, regions }: TopicsOptions): Topics {
  const subscribers = new Map<string, Set<string>>();

  function messageOf(topic: string, functionName: string, message: string): string {
    return JSON.stringify({
      TopicOwner: accountId,
      Message: message,
      Subscriber: accountId,
      PublishTime: now(),
      SubscriptionName: functionName,
      MessageMD5: createHash('md5').update(message).digest('hex').toUpperCase(),
      TopicName: topic,
      MessageId: nextId(),
    });
  }

  return {
    controls: {
      subscribe: (region, topic, functionName) => {
        if (!functions.regionsOf(functionName).includes(region))
          throw new InvalidInput(`there is no function ${functionName} in ${region} to be triggered by ${topic}`);
        const key = `${region}/${topic}`;
        subscribers.set(key, new Set([...(subscribers.get(key) ?? []), functionName]));
      },
    },
    publish: (arn, message) => {
      const [, region = '', topic = ''] =
        /^acs:mns:([a-z0-9-]+):\d+:\/topics\/([A-Za-z0-9-]+)\/message$/.exec(arn) ?? [];
      if (!regions.isAlive(region)) return;
      for (const functionName of subscribers.get(`${region}/${topic}`) ?? []) {
        // Only queued: it rejects for regions that are dead and for nothing else.
        void functions.invoke(region, functionName, messageOf(topic, functionName, message), { async: true });
      }
    },
  };
}
