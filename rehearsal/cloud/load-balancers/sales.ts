import { DAY, HOUR, type Instant, type Millis } from '../../../shared/core/time';
import { ApiRefusal } from '../products/operation';

/** What stands between an order and an instance. */
export interface Sales {
  /** Throws ApiRefusal when the account may not buy, or has as many as it may. */
  checkAccount(have: number): void;
  /** The zone that an order gets. Throws ApiRefusal without stock. */
  zoneFor(region: string, wanted: { readonly master?: string | undefined; readonly slave?: string | undefined }): Zones;
  /** The zones that instances can be bought in now. */
  inStock(region: string): readonly Zones[];
  setStock(zone: string, available: boolean): void;
  setArrears(owing: boolean): void;
  setQuota(instances: number): void;
}

export interface Zones {
  readonly master: string;
  readonly slave: string;
}

/** Limits page of CLB at help.aliyun.com, 2025; an older copy says 30. */
const QUOTA = 60;

export function createSales(): Sales {
  const soldOut = new Set<string>();
  let arrears = false;
  let quota = QUOTA;

  function inStock(region: string): readonly Zones[] {
    return zonePairs(region).filter(({ master }) => !soldOut.has(master));
  }

  return {
    checkAccount: (have) => {
      if (arrears) throw new ApiRefusal(400, 'ARREARAGE', 'Your account has an outstanding payment.');
      if (have >= quota) throw new ApiRefusal(400, 'ORDER.QUOTA_EXCEEDED', 'The quota of instances is exceeded.');
    },
    zoneFor: (region, { master, slave }) => {
      const fits = (zones: Zones): boolean =>
        (master === undefined || zones.master === master) && (slave === undefined || zones.slave === slave);
      if (!zonePairs(region).some(fits)) {
        throw new ApiRefusal(400, 'PRODUCT.NOT_AVAILABLE_IZ', 'The product is not sold in the specified zone.');
      }
      const found = inStock(region).find(fits);
      if (found === undefined) {
        throw new ApiRefusal(400, 'PRODUCT.INSUFFICIENT_STOCK', 'The specified zone is out of stock.');
      }
      return found;
    },
    inStock,
    setStock: (zone, available) => {
      if (available) soldOut.delete(zone);
      else soldOut.add(zone);
    },
    setArrears: (owing) => {
      arrears = owing;
    },
    setQuota: (instances) => {
      quota = instances;
    },
  };
}

export function zonesOf(region: string): readonly string[] {
  return ['a', 'b', 'c'].map((letter) => `${region}-${letter}`);
}

/** Every zone with each other one to fall back on. */
function zonePairs(region: string): readonly Zones[] {
  const zones = zonesOf(region);
  return zones.flatMap((master) => zones.flatMap((slave) => (slave === master ? [] : [{ master, slave }])));
}

interface Answered {
  readonly at: Instant;
  readonly content: string;
  readonly answer: object;
}

/** Answers by ClientToken. */
export interface Tokens {
  /**
   * The answer that the token got before, whatever became of what was made; or a new one. Throws ApiRefusal when the same
   * token comes with other content. A refused order leaves its token free.
   */
  once(token: string | undefined, content: string, at: Instant, carryOut: () => object): object;
}

const REMEMBERED: Millis = DAY;

export function createTokens(): Tokens {
  const answered = new Map<string, Answered>();
  return {
    once: (token, content, at, carryOut) => {
      if (token === undefined) return carryOut();
      const known = answered.get(token);
      if (known !== undefined && at < known.at + REMEMBERED) {
        if (known.content === content) return known.answer;
        throw new ApiRefusal(400, 'LX_REQUEST_TOKEN_CONFLICT', 'The client token was used with other parameters.');
      }
      const answer = carryOut();
      answered.set(token, { at, content, answer });
      return answer;
    },
  };
}

/** Clock hours that are charged for: every one that was begun. */
export function startedHours(from: Instant, to: Instant): number {
  // Hours begin at the same instants in UTC+8, in which the bills are, as in UTC.
  return Math.max(1, Math.ceil(to / HOUR) - Math.floor(from / HOUR));
}
