import type { FieldChange, RuleChange } from '../deploy/alarm-plan';
import { type ChangeOutcome, nameOf } from './alarm-changes';
import { type Paint, shown } from './paint';

/** What a new rule is about; the rest is the same for all of them. */
const TELLING = ['metric', 'resources', 'Critical', 'Warn', 'Info', 'webhook', 'target'];

/** One change for people: its fields one a line, but a new rule in one. */
export function changeLines(change: RuleChange, paint: Paint): readonly string[] {
  const head = `${marked(change, paint)}  ${shown(nameOf(change))}`;
  switch (change.kind) {
    case 'create':
      return [head, `        ${shown(summary(change.fields))}`];
    case 'change':
      return [head, ...change.fields.map((field) => `        ${shown(fieldText(field))}`)];
    case 'delete':
      return [head];
  }
}

export function changeBody(change: RuleChange): object {
  const { kind, region } = change;
  const id = kind === 'delete' ? change.seen.id : change.rule.id;
  const fields = kind === 'delete' ? [] : change.fields;
  return {
    kind,
    region,
    id,
    name: nameOf(change),
    fields: fields.map(({ field, from, to }) => ({ field, from: from ?? null, to: to ?? null })),
  };
}

export function outcomeLine({ change, outcome }: ChangeOutcome, paint: Paint): string {
  const word = outcome.padEnd(11);
  return `${outcome === 'done' ? paint.green(word) : paint.red(word)}  ${marked(change, paint)}  ${shown(nameOf(change))}`;
}

function marked({ kind }: RuleChange, paint: Paint): string {
  const word = kind.padEnd(6);
  switch (kind) {
    case 'create':
      return paint.green(word);
    case 'change':
      return paint.yellow(word);
    case 'delete':
      return paint.red(word);
  }
}

function summary(fields: readonly FieldChange[]): string {
  return TELLING.flatMap((name) => {
    const to = fields.find(({ field }) => field === name)?.to;
    return to === undefined ? [] : [`${name}: ${to}`];
  }).join('; ');
}

function fieldText({ field, from, to }: FieldChange): string {
  return `${field}: ${from ?? 'none'} → ${to ?? 'none'}`;
}
