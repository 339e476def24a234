import { boolean, enum as oneOf, type output, record, strictObject } from 'zod';
import { Name } from './units';
import { VariableName } from './variable-name';

const Channel = strictObject(
  {
    kind: oneOf(['dingtalk', 'feishu', 'wecom', 'slack', 'webhook']).describe(
      'Whose robot it is; webhook: a receiver of your own.',
    ),
    urlFrom: VariableName.describe(
      'Name of the environment variable that holds the URL; never the URL itself, which is a secret.',
    ),
    secretFrom: VariableName.optional().describe(
      'Name of the environment variable that holds the secret for signatures: of dingtalk and feishu where the robot checks them, always of webhook.',
    ),
    tells: oneOf(['people', 'everything'])
      .default('people')
      .describe('people: what only a person can settle, and its end. everything: also what was done.'),
  },
  {
    error: ({ code, input }) =>
      code === 'invalid_type' && typeof input === 'string'
        ? 'is not an address (it is a secret) but { kind: …, urlFrom: NAME_OF_AN_ENVIRONMENT_VARIABLE }'
        : undefined,
  },
)
  .refine(({ kind, secretFrom }) => kind !== 'webhook' || secretFrom !== undefined, {
    path: ['secretFrom'],
    error: 'is needed: a webhook is always signed, so that its receiver knows who sent it',
  })
  .refine(({ kind, secretFrom }) => (kind !== 'wecom' && kind !== 'slack') || secretFrom === undefined, {
    path: ['secretFrom'],
    error: 'is of no use here: robots of WeCom and webhooks of Slack have no signature, their URL is the secret',
  });
export type Channel = output<typeof Channel>;

export const Notify = strictObject({
  channels: record(Name, Channel).default({}).describe('Who is told, by a name of your own.'),
  cloudMonitor: oneOf(['nothing', 'people', 'everything'])
    .default('nothing')
    .describe('What becomes a custom event of CloudMonitor, which alarm rules for events can go by.'),
  kubernetesEvents: boolean()
    .default(true)
    .describe('Whether changes are said on the changed Kubernetes objects, where kubectl describe shows them.'),
})
  .prefault({})
  .describe('Who is told what was done and when a person must act.');
