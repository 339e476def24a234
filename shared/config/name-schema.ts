import { array, cidrv4, cidrv6, enum as oneOf, type output, record, strictObject, string, union } from 'zod';
import { DAY, SECOND } from '../core/time';
import { duration, Name } from './units';

const LABELS = String.raw`[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)+`;

/** As Alidns has it: small letters, no dot at the end, at most 253 characters; `*` stands for any label at the front. */
export const DnsName = string()
  .max(253)
  .regex(new RegExp(String.raw`^(\*\.)?${LABELS}$`), {
    error: 'is not a DNS name in small letters, without a dot at the end',
  });

const ZoneName = string()
  .max(253)
  .regex(new RegExp(`^${LABELS}$`), { error: 'is not a DNS zone in small letters, without a dot at the end' });

/** Codes of DescribeSupportLines, for example `default`, `telecom`, `cn_region_huadong`, `oversea`. */
const LineCode = string().regex(/^[a-zA-Z0-9_-]{1,64}$/, {
  error: 'is not the code of a line such as default or telecom',
});

const Network = union([cidrv4(), cidrv6()]);

/** IPv4 or IPv6. */
export const Subnet = string().refine((text) => Network.safeParse(text).success, {
  error: 'is not a network such as 203.0.113.0/24',
});

export const PublishedName = strictObject({
  zone: ZoneName.describe('Zone of Alibaba Cloud DNS that the name is in.'),
  gateway: Name.describe('Name of a gateway under gateways.'),
  publish: oneOf(['none', 'observe', 'propose', 'auto'])
    .default('observe')
    .describe(
      'none: somebody else publishes it. observe: report what would be changed. propose: a person approves each change. auto: change it.',
    ),
  ttl: duration({ atLeast: SECOND, atMost: DAY })
    .prefault('60s')
    .describe("TTL of its records; raised to the smallest of the zone's edition."),
  lines: record(LineCode, array(string()).min(1))
    .optional()
    .describe('Regions whose CLBs each line leads to; by default the line default, and all regions of the gateway.'),
  mode: oneOf(['active-active', 'active-standby'])
    .default('active-active')
    .describe('active-active: all regions of a line answer. active-standby: the first that is well.'),
  subnets: record(LineCode, Subnet)
    .default({})
    .describe('A client network that stands for each line, to see on the name servers what the line answers.'),
  weights: oneOf(['even', 'off'])
    .default('off')
    .describe(
      'even: the same weight for each address, a small one for a new address first. off: weights are left alone.',
    ),
});
export type PublishedName = output<typeof PublishedName>;

export const Names = record(DnsName, PublishedName)
  .default({})
  .describe('DNS names that lead to gateways, published by failover-dns.');
