import type { RecordContent } from '../core/zone';
import { CloudError } from '../errors';
import type { Signing, ZoneWriter, ZoneWritten } from '../ports';
import { readAnswer } from './answer';
import type { OpenApi, OpenApiCall } from './seams';
import { failedWrite, unknownOutcome, withKind } from './unknown-outcome';
import { DATE_REFUSED, RecordWritten } from './zone-answers';

interface Write {
  readonly action: string;
  readonly query: NonNullable<OpenApiCall['query']>;
  readonly effect: 'write' | 'removal';
  readonly signing: Signing | undefined;
}

/**
 * Writes records of Alibaba Cloud DNS. Whatever may take an answer away is sent once and never again: a disabled, deleted
 * or changed record, a weight, a switch of weights. The others are sent again only after a refusal that says that nothing
 * was done.
 */
export function createZoneWriter(openApi: OpenApi): ZoneWriter {
  async function send({ action, query, effect, signing = {} }: Write) {
    try {
      return await openApi.call({ product: 'alidns', region: '', action, query, effect, ...signing });
    } catch (error) {
      throw renamed(error, signing);
    }
  }

  async function write(wanted: Write): Promise<ZoneWritten> {
    const { body, date } = await send(wanted);
    return { id: idIn(body, `alidns.${wanted.action}`), date };
  }

  return {
    add: (zone, content, signing) =>
      write({
        action: 'AddDomainRecord',
        query: { DomainName: zone, ...contentQuery(content) },
        effect: 'write',
        signing,
      }),
    update: (id, content, signing) =>
      write({
        action: 'UpdateDomainRecord',
        query: { RecordId: id, ...contentQuery(content) },
        effect: 'removal',
        signing,
      }),
    setEnabled: (id, enabled, signing) =>
      write({
        action: 'SetDomainRecordStatus',
        query: { RecordId: id, Status: enabled ? 'Enable' : 'Disable' },
        effect: enabled ? 'write' : 'removal',
        signing,
      }),
    remark: async (id, remark, signing) => {
      const action = 'UpdateDomainRecordRemark';
      const { date } = await send({ action, query: { RecordId: id, Remark: remark }, effect: 'write', signing });
      return { id, date };
    },
    openWeights: async ({ zone, rr, type }, open, signing) => {
      const query = { DomainName: zone, SubDomain: `${rr}.${zone}`, Type: type, Open: open };
      await send({ action: 'SetDNSSLBStatus', query, effect: 'removal', signing });
    },
    weigh: (id, weight, signing) =>
      write({
        action: 'UpdateDNSSLBWeight',
        query: { RecordId: id, Weight: weight },
        effect: 'removal',
        signing,
      }),
    remove: (id, signing) =>
      write({ action: 'DeleteDomainRecord', query: { RecordId: id }, effect: 'removal', signing }),
  };
}

function contentQuery({ rr, type, value, line, ttl }: RecordContent): NonNullable<OpenApiCall['query']> {
  return { RR: rr, Type: type, Value: value, Line: line, TTL: ttl };
}

/** An answer without the id may stand for a record that is there all the same. */
function idIn(body: unknown, operation: string): string {
  try {
    return readAnswer(RecordWritten, body, operation).RecordId;
  } catch (error) {
    throw error instanceof CloudError ? unknownOutcome(error) : error;
  }
}

/** A date that is too old by now is no mistake of anybody: the write came too late, as its signature was meant to make sure. */
function renamed(error: unknown, { signedAt }: Signing): unknown {
  const isLate = error instanceof CloudError && error.code === DATE_REFUSED && signedAt !== undefined;
  return isLate ? withKind(error, 'conflict') : failedWrite(error);
}
