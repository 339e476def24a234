import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv/dist/2020';
import { parse } from 'yaml';
import { configurationFieldsPage } from '../../../scripts/configuration-fields-page';
import { jsonSchemaText } from '../../../shared/config/json-schema';
import { SMALLEST, smallestWith } from './a-configuration';

const ROOT = path.join(__dirname, '../../..');
const validate = new Ajv({ strict: true, allErrors: true }).compile(JSON.parse(jsonSchemaText()));

function errorsOf(text: string): readonly string[] {
  validate(parse(text));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

describe('autopilot.schema.json', () => {
  it('is up to date; node --import tsx scripts/write-schema.ts writes it', () => {
    expect(readFileSync(path.join(ROOT, 'autopilot.schema.json'), 'utf8')).toBe(jsonSchemaText());
  });

  it('is what the page on fields says; npm run configuration-fields writes it', () => {
    const page = readFileSync(path.join(ROOT, 'docs/configuration-fields.md'), 'utf8');
    expect(page).toBe(configurationFieldsPage());
    expect(page.split('\n')).toEqual(
      expect.arrayContaining([
        '| `probes.every` | duration | `5s` | How often each address is probed, from 1s to 10s. |',
        '| `regions.<name>.cluster.id` | text | required | Id of the ACK cluster, for example c0123456789abcdef. |',
        '| `policies.<name>.signals[].steps[].from` | number |  | The step begins at this value; without it, at 0. |',
      ]),
    );
  });

  it('accepts the example and the smallest configuration', () => {
    expect(errorsOf(readFileSync(path.join(ROOT, 'autopilot.example.yaml'), 'utf8'))).toEqual([]);
    expect(errorsOf(SMALLEST)).toEqual([]);
  });

  it.each([
    ['version: 1', 'version: 2', '/version must be equal to constant'],
    ['version: 1\n', '', " must have required property 'version'"],
    ['version: 1', 'version: 1\nregion: {}', ' must NOT have additional properties'],
    ['min: 2', 'min: 0', '/policies/web/replicas/min must be >= 1'],
    ['min: 2', 'min: 2.5', '/policies/web/replicas/min must be integer'],
    ['min: 2, ', '', "/policies/web/replicas must have required property 'min'"],
    ['newConnections', 'newConection', '/policies/web/signals/0/metric must be equal to one of the allowed values'],
    ['  cn-hangzhou:\n', '  Hangzhou:\n', '/regions property name must be valid'],
    ['    replicas:', '    metricMaxAge: 300\n    replicas:', '/policies/web/metricMaxAge must be string'],
    [
      '    replicas:',
      '    metricMaxAge: 5 min\n    replicas:',
      '/policies/web/metricMaxAge must match pattern "^(?=\\d)(\\d{1,6}d)?(\\d{1,6}h)?(\\d{1,6}m)?(\\d{1,6}s)?$"',
    ],
    [
      '    replicas:',
      '    scaleUp: { tolerance: 10 }\n    replicas:',
      '/policies/web/scaleUp/tolerance must be string',
    ],
    [
      '    replicas:',
      '    schedules: { day: { from: "25:00", to: "24:00", timeZone: UTC, floor: 3 } }\n    replicas:',
      '/policies/web/schedules/day/from must match pattern "^([01]?\\d|2[0-3]):[0-5]\\d$"',
    ],
    [
      'version: 1',
      'version: 1\ncalendars: { holidays: [every 01-01, 1 January] }',
      '/calendars/holidays/1 must match pattern "^(20\\d\\d-\\d\\d-\\d\\d(\\.\\.20\\d\\d-\\d\\d-\\d\\d)?|every +\\d\\d-\\d\\d)$"',
    ],
    [
      'version: 1',
      'version: 1\nnotify: { channels: { on-call: { kind: slack, urlFrom: "https://example.com" } } }',
      '/notify/channels/on-call/urlFrom must match pattern "^[A-Z_][A-Z0-9_]{0,99}$"',
    ],
  ])('refuses %j as %j', (piece, by, error) => {
    expect(errorsOf(smallestWith(piece, by))).toContain(error);
  });

  it('describes what an editor shows', () => {
    const { properties } = JSON.parse(jsonSchemaText());
    expect(properties.policies.additionalProperties.properties.mode).toEqual({
      default: 'observe',
      description: 'observe: decide and report, write nothing. propose: a person approves each change. auto: act.',
      enum: ['observe', 'propose', 'auto'],
      type: 'string',
    });
  });
});
