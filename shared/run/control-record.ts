import { markText } from '../core/record-mark';
import { FREE_EDITION_TTL } from '../core/zone';
import type { ZoneWriter } from '../ports';
import { whenFree } from './busy-zone';
import type { Waiting } from './time-left';

/** Adds a TXT record that says what people want of a zone, and marks it as ours. */
export async function addControlRecord(
  waiting: Waiting,
  writer: ZoneWriter,
  zone: string,
  { rr, value }: { readonly rr: string; readonly value: string },
): Promise<void> {
  // Any edition allows this TTL, and nobody caches the record.
  const content = { rr, type: 'TXT', value, line: 'default', ttl: FREE_EDITION_TTL };
  const { id } = await whenFree(waiting, () => writer.add(zone, content));
  await whenFree(waiting, () => writer.remark(id, markText({ region: undefined, isExtra: false, absence: undefined })));
}
