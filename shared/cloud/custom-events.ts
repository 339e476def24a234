import type { Notice } from '../core/notice';
import type { CustomEvents } from '../ports';
import { chunksOf } from './chunks';
import { Nothing, readSuccess } from './cloud-monitor-answer';
import { cut } from './robots/pieces';
import type { OpenApi, OpenApiCall } from './seams';

/** The API takes 50 (page of PutCustomEvent, 2026-01), but all parameters travel in the address. */
const EVENTS_PER_CALL = 5;
/** Of a content, in bytes; a limit of the API is not documented. */
const LONGEST_CONTENT = 300;

const NAMES: Readonly<Record<Notice['kind'], string>> = {
  changed: 'GatewayAutopilotChanged',
  held: 'GatewayAutopilotHeld',
  resolved: 'GatewayAutopilotResolved',
};

/**
 * Custom events of CloudMonitor, which alarm rules for events can go by (PutCustomEvent, alibabacloud.com/help/doc-detail/115012.htm,
 * 2026-01-23): the time in milliseconds, the application group 0 for none, `Code` 200 for what was taken. Throws CloudError.
 */
export function createCustomEvents(openApi: OpenApi, region: string): CustomEvents {
  return {
    put: async (notices) => {
      for (const some of chunksOf(notices, EVENTS_PER_CALL)) {
        const query = Object.fromEntries(some.flatMap(parametersOf));
        const call: OpenApiCall = { product: 'cms', region, action: 'PutCustomEvent', query, effect: 'write' };
        const { body } = await openApi.call(call);
        readSuccess(Nothing, body, call);
      }
    },
  };
}

function parametersOf(notice: Notice, index: number): readonly (readonly [string, string])[] {
  const { at, from, kind, message, reason, region, subject, to } = notice;
  const moved = from === undefined || to === undefined ? '' : `${from} → ${to}: `;
  const prefix = `EventInfo.${index + 1}`;
  return [
    [`${prefix}.EventName`, NAMES[kind]],
    [`${prefix}.Content`, cut(`${region} ${subject} ${reason}: ${moved}${message}`, LONGEST_CONTENT)],
    [`${prefix}.Time`, String(at)],
    [`${prefix}.GroupId`, '0'],
  ];
}
