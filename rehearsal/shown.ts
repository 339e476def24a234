import { channel } from 'node:diagnostics_channel';

/** What the rehearsed functions let somebody see, word for word, as it goes out; of calls to the cloud what it is told. */
export interface Shown {
  readonly as: 'log line' | 'answer' | 'card' | 'call' | 'output';
  readonly text: string;
}

const shown = channel('gateway-autopilot:shown');

/** @param text made only where somebody watches */
export function show(as: Shown['as'], text: string | (() => string)): void {
  if (!shown.hasSubscribers) return;
  shown.publish({ as, text: typeof text === 'string' ? text : text() } satisfies Shown);
}

/** Whoever watches must not throw. */
export function watchShown(watch: (shown: Shown) => void): void {
  shown.subscribe((message) => {
    if (isShown(message)) watch(message);
  });
}

function isShown(message: unknown): message is Shown {
  return typeof message === 'object' && message !== null && 'as' in message && 'text' in message;
}
