import { BEHAVIOURS, NOT_IMITATED } from '../rehearsal/cloud';
import type { Basis } from '../rehearsal/cloud/behaviour';
import { table } from './markdown';

/** The page on what the emulated cloud imitates: what nobody published first, since only a real account can tell. */
export function emulatedCloudPage(): string {
  const assumed = BEHAVIOURS.filter(({ basis }) => basis.on === 'assumed');
  const founded = BEHAVIOURS.filter(({ basis }) => basis.on !== 'assumed');
  return `# The emulated cloud

Made by \`npm run emulated-cloud\`; a test compares it with the source. ${BEHAVIOURS.length} behaviours, ${assumed.length} of them assumed.

## Assumed

No source was found: these are to be checked against a real account.

${table(
  ['part', 'what'],
  assumed.map(({ part, what }) => [part, what]),
)}

## Not imitated

${table(
  ['what', 'why'],
  NOT_IMITATED.map(({ what, why }) => [what, why]),
)}

## By what is published

${table(
  ['part', 'what', 'source'],
  founded.map(({ basis, part, what }) => [part, what, sourceOf(basis)]),
)}
`;
}

function sourceOf(basis: Basis): string {
  if (basis.on === 'assumed') return '';
  return basis.source.startsWith('https://') ? `<${basis.source}>` : basis.source;
}
