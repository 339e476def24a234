/** Every option that any command has. One word means the same everywhere. */
export const OPTIONS = {
  config: { takes: 'FILE', does: 'your configuration (default: autopilot.yaml here, or what AUTOPILOT_CONFIG names)' },
  region: { takes: 'ID', does: 'only this region' },
  gateway: { takes: 'NAME', does: 'only this gateway; needed where a command is about one and there are several' },
  name: { takes: 'NAME', does: 'the DNS name that the plan is of' },
  owner: { takes: 'NAME', does: 'who asks for it (default: your user name)' },
  reason: {
    takes: 'TEXT',
    does: 'why, for whoever comes after you; needed, but of apply only with --plan and of audit only with --yes',
  },
  for: { takes: 'DURATION', does: 'until it ends by itself, such as 90s, 30m, 2h' },
  until: { takes: 'TIME', does: 'the same as a time with an offset, such as 2026-11-28T20:00:00+08:00' },
  plan: { takes: 'HASH', does: 'carry out exactly this plan, or nothing' },
  account: { takes: 'ID', does: 'id of the account that everything is in (default: what AUTOPILOT_ACCOUNT_ID holds)' },
  role: { takes: 'PREFIX', does: 'what the names of the roles begin with (default: gateway-autopilot)' },
  users: {
    takes: 'FUNCTION=ID,…',
    does: 'ids of the RAM roles of scale-gateway, attach-clb and audit-gateway, by which clusters know them',
  },
  fix: {
    takes: undefined,
    does: 'print what mends the checks that fail; with --yes make the safe fixes of the named checks',
  },
  markdown: { takes: undefined, does: 'as Markdown' },
  remove: { takes: undefined, does: 'take away all of ours instead' },
  yes: { takes: undefined, does: 'do not ask' },
  'dry-run': { takes: undefined, does: 'write nothing, and show what would be done' },
  emulated: { takes: undefined, does: 'against an emulated cloud made from your configuration; no account is needed' },
  fresh: { takes: undefined, does: 'with --emulated: forget what earlier commands did in that cloud' },
  json: { takes: undefined, does: 'print one JSON document, errors included' },
  help: { takes: undefined, does: 'say this' },
  version: { takes: undefined, does: 'say the version' },
} as const satisfies Readonly<Record<string, { readonly takes: string | undefined; readonly does: string }>>;

export type OptionName = keyof typeof OPTIONS;

export function isOption(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

/** What was written of the options: the value, or that it is there. */
export type Options = ReadonlyMap<OptionName, string | true>;

export function textOf(options: Options, name: OptionName): string | undefined {
  const value = options.get(name);
  return value === true ? undefined : value;
}

export function isOn(options: Options, name: OptionName): boolean {
  return options.get(name) === true;
}
