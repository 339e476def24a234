import { isObject, kept } from './fields';
import { readForm } from './form';

/** More are not told: an object with thousands of keys is no event that somebody forgot a field of. */
const MOST_KEYS = 5;
const LONGEST_KEY = 40;

/** A field that one form alone has, and what makes up that form. */
const FORMS: readonly { readonly field: string; readonly is: string }[] = [
  { field: 'triggerName', is: 'a timer, which has triggerTime and triggerName' },
  { field: 'triggerTime', is: 'a timer, which has triggerTime and triggerName' },
  { field: 'requestContext', is: 'an HTTP event of version v1, which has requestContext.http' },
  { field: 'TopicName', is: 'a message of an MNS topic, which has TopicName, MessageId and Message' },
  { field: 'alertState', is: 'a callback of a threshold rule, which has alertState and alertName or ruleId' },
  { field: 'curLevel', is: 'an alarm to the target of a threshold rule, which has curLevel and ruleName or ruleId' },
  { field: 'alert', is: 'a push of an event subscription, which has strategyName and alert with alertStatus' },
  { field: 'specversion', is: 'a CloudEvent, which has specversion, id, source and type' },
  { field: 'alerts', is: 'a webhook of ARMS or Alertmanager, which has alerts with status, labels and alertname' },
  { field: 'eventTime', is: 'a system event, which has product, name and content' },
  { field: 'alertName', is: 'a webhook of CloudMonitor 2.0, which has alertName, state and severity' },
];

/**
 * What an unknown value looks like, to follow a sentence: the form that it has a field of, else its keys; nothing of the
 * content. Blank where there is nothing to tell.
 */
export function resemblance(value: unknown): string {
  const form = FORMS.find(({ field }) => has(value, field));
  if (form !== undefined) return ` (it looks like ${form.is})`;
  const keys = isObject(value) ? Object.keys(value) : [];
  if (keys.length === 0) return '';
  const shown = keys.slice(0, MOST_KEYS).map((key) => JSON.stringify(kept(key, LONGEST_KEY)));
  return ` (its keys: ${shown.join(', ')}${keys.length > MOST_KEYS ? ', …' : ''})`;
}

function has(value: unknown, field: string): boolean {
  if (typeof value === 'string') return readForm(value, field) !== undefined;
  const one: unknown = Array.isArray(value) ? value[0] : value;
  return isObject(one) && Object.hasOwn(one, field);
}
