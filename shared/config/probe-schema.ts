import { array, boolean, NEVER, number, enum as oneOf, type output, strictObject, string, union } from 'zod';
import { formatDuration } from '../core/duration';
import { type Millis, SECOND } from '../core/time';
import { DnsName, Subnet } from './name-schema';
import { Count, duration, RegionId } from './units';

/** Of one probe, unless the configuration says otherwise. */
export const DEFAULT_TIMEOUT: Millis = 2 * SECOND;

/** Runs of probes: longer ones would not end within a watch. */
const Run = Count.max(10);

const CONTROL_FORM = 'must be such as tcp://223.5.5.5:53 or https://www.aliyun.com/';

/** A control target as it is written, taken apart. */
export interface WrittenControl {
  readonly name: string;
  readonly protocol: 'tcp' | 'https';
  /** An address or a name. */
  readonly host: string;
  readonly port: number;
  /** HTTPS only. */
  readonly path: string;
}

const Control = string()
  .regex(/^(tcp:\/\/[^\s/]+:\d{1,5}|https:\/\/[^\s]+)$/, { error: CONTROL_FORM })
  .transform((text, context): WrittenControl => {
    const control = controlOf(text);
    if (control !== undefined) return control;
    context.issues.push({ code: 'custom', input: text, message: CONTROL_FORM });
    return NEVER;
  });

function controlOf(text: string): WrittenControl | undefined {
  if (!URL.canParse(text)) return undefined;
  const { hash, hostname, password, pathname, port, protocol, search, username } = new URL(text);
  if (hostname === '' || `${username}${password}${hash}` !== '') return undefined;
  return {
    name: text,
    protocol: protocol === 'https:' ? 'https' : 'tcp',
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? 443 : Number(port),
    path: `${pathname}${search}` || '/',
  };
}

/** Two name services that anybody may ask and a web site, of three networks: no single failure silences most of them. */
const CONTROLS = ['tcp://223.5.5.5:53', 'tcp://119.29.29.29:53', 'https://www.aliyun.com/'];

export const Probes = strictObject({
  points: array(RegionId).min(1).describe('Regions in which probe-region is deployed: the vantage points.'),
  every: duration({ atLeast: SECOND, atMost: 10 * SECOND })
    .prefault('5s')
    .describe('How often each address is probed, from 1s to 10s.'),
  timeout: duration({ atLeast: SECOND, atMost: 9 * SECOND })
    .prefault(formatDuration(DEFAULT_TIMEOUT))
    .describe('How long a probe may take; shorter than `every`.'),
  fall: Run.default(2).describe('Probes in a row that must fail before an address counts as down.'),
  rise: Run.default(3).describe('Probes in a row that must go well before an address counts as up.'),
  controls: array(Control)
    .min(1)
    .prefault(CONTROLS)
    .describe('Targets that have nothing to do with the gateways; who reaches fewer than half of them judges nobody.'),
  allow: array(Subnet)
    .default([])
    .describe('Networks that may be probed although they are not public, for example 10.0.0.0/8.'),
});
export type Probes = output<typeof Probes>;

const STATUS_FORM = { error: 'is not a status such as 204 or a range such as "200-399"' };

const Status = union(
  [
    number().int(STATUS_FORM).min(100, STATUS_FORM).max(599, STATUS_FORM),
    string().regex(/^[1-5]\d\d(-[1-5]\d\d)?$/, STATUS_FORM),
  ],
  STATUS_FORM,
).transform((status) => {
  const [from = 0, to = from] = String(status).split('-').map(Number);
  return { from, to };
});

/** A few steps on one address are a canonical form; more are a loop. */
const MOST_REDIRECTS = 5;

/** What each protocol has beside `protocol`, `port` and `slow`. */
export const FIELDS_OF = {
  tcp: [],
  tls: ['host', 'verifyCertificate'],
  http: ['host', 'path', 'status', 'contains', 'redirects'],
  https: ['host', 'verifyCertificate', 'path', 'status', 'contains', 'redirects'],
} as const;

export const GatewayProbe = strictObject({
  protocol: oneOf(['tcp', 'tls', 'http', 'https'])
    .default('tcp')
    .describe('tcp: it accepts connections. tls: with a valid certificate. http, https: and it answers.'),
  port: number().int().min(1).max(65_535).optional().describe('443 by default, 80 for http.'),
  host: DnsName.optional().describe('Name for SNI, the certificate and the header Host.'),
  path: string()
    .regex(/^\/[!-~]*$/, { error: 'must begin with / and have neither blanks nor letters beyond ASCII' })
    .max(2048)
    .default('/')
    .describe('Path and query that are asked for.'),
  status: array(Status).min(1).prefault(['200-399']).describe('Statuses that are healthy, such as 204 or "200-399".'),
  contains: string().min(1).max(1024).optional().describe('Text that the first 64 KB of the body must hold.'),
  slow: duration({ atLeast: SECOND, atMost: 9 * SECOND })
    .optional()
    .describe('An answer that takes longer is as good as none; the timeout by default.'),
  verifyCertificate: boolean()
    .default(true)
    .describe('Whether the certificate must be trusted, for the host, and valid now.'),
  redirects: number()
    .int()
    .min(0)
    .max(MOST_REDIRECTS)
    .default(0)
    .describe('How many redirections are followed, on the same host and port only; with 0 they are judged by status.'),
});
export type GatewayProbe = output<typeof GatewayProbe>;
