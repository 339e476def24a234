import { type Document, isAlias, isCollection, isScalar, LineCounter, parseDocument, visit, type YAMLMap } from 'yaml';
import { createLocator, type Path, type Position, positionAt, quoted, type Spot } from './positions';
import { type Fault, syntaxFaults } from './syntax';

/** A text read as one YAML document. */
export interface Source {
  readonly faults: readonly Fault[];
  /** Plain JavaScript data; `undefined` when the faults leave nothing to go on with. */
  readonly content: { readonly value: unknown } | undefined;
  /** Where a path is in the text; for one that leads nowhere, its deepest part that exists. */
  readonly locate: (path: Path, spot: Spot) => Position;
}

/** In characters: ten times a configuration of a hundred gateways; garbage of this length is read in 3 s at worst. */
const LONGEST_TEXT = 128 * 1024;

/** How often one anchor may be expanded; without a limit a few lines of nested aliases stand for billions of values. */
const MOST_EXPANSIONS = 1000;

/** Reads `text` as one YAML 1.2 document. What cannot be read is a fault, never an exception. */
export function readSource(text: string): Source {
  const lines = new LineCounter();
  if (isSixteenBits(text)) return unreadable('the file is UTF-16; save it as UTF-8');
  if (text.length > LONGEST_TEXT) {
    return unreadable(`the file has ${text.length} characters; at most ${LONGEST_TEXT} are read`);
  }
  const document = parseDocument(text.replace(/^\uFEFF/, ''), {
    lineCounter: lines,
    prettyErrors: false,
    // YAML 1.2 core even under a %YAML 1.1 directive, where `no` would be a boolean and `1:30` a number.
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    // Compares each key with each; keyFaults does it in one pass.
    uniqueKeys: false,
    // `silent` would also hide that there is a second document.
    logLevel: 'error',
  });
  const syntax = syntaxFaults([...document.errors, ...document.warnings], lines);
  return syntax.length > 0 ? { ...unreadable(''), faults: syntax } : readContent(document, lines);
}

/** What a text in UTF-16 becomes when it is read as UTF-8: a byte order mark that is two wrong bytes, or every other character NUL. */
function isSixteenBits(text: string): boolean {
  return /^(\uFFFD\uFFFD.*\0|\0[^\0]|[^\0]\0)/s.test(text);
}

function unreadable(message: string): Source {
  const top = { line: 1, column: 1 };
  return { faults: [{ at: top, message }], content: undefined, locate: () => top };
}

function readContent(document: Document.Parsed, lines: LineCounter): Source {
  const aliases = aliasFaults(document, lines);
  const source = {
    faults: [...keyFaults(document, lines), ...aliases],
    locate: createLocator(document, lines),
  };
  if (aliases.length > 0) {
    return { ...source, content: undefined };
  }
  try {
    return { ...source, content: { value: document.toJS({ maxAliasCount: MOST_EXPANSIONS }) } };
  } catch (error) {
    // The library's only ReferenceError that is left after aliasFaults: maxAliasCount is exceeded.
    if (error instanceof ReferenceError) {
      return unreadable(`an anchor stands for more than ${MOST_EXPANSIONS} values by its aliases`);
    }
    throw error;
  }
}

function keyFaults(document: Document.Parsed, lines: LineCounter): readonly Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Map: (_, map) => {
      faults.push(...keyFaultsOf(map, lines));
    },
  });
  return faults;
}

function keyFaultsOf(map: YAMLMap, lines: LineCounter): readonly Fault[] {
  const seen = new Set<string>();
  const faults: Fault[] = [];
  for (const { key } of map.items) {
    if (!isScalar(key)) continue; // An alias or a collection: a fault of syntax already.
    const name = String(key.value);
    const at = positionAt(lines, key.range?.[0] ?? 0);
    if (seen.has(name)) {
      faults.push({ at, message: `the key ${quoted(name)} is already there; each key may stand once` });
    } else if (name === '__proto__') {
      // zod passes over this key in a record, so that it would go unnoticed.
      faults.push({ at, message: 'the key "__proto__" is not allowed' });
    }
    seen.add(name);
  }
  return faults;
}

function aliasFaults(document: Document.Parsed, lines: LineCounter): readonly Fault[] {
  const faults: Fault[] = [];
  const anchors = new Set<string>();
  visit(document, {
    Node: (_, node, ancestors) => {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.add(node.anchor);
        return;
      }
      const at = positionAt(lines, node.range?.[0] ?? 0);
      if (!anchors.has(node.source)) {
        faults.push({ at, message: `no anchor &${node.source} comes before the alias *${node.source}` });
      } else if (ancestors.some((ancestor) => isCollection(ancestor) && ancestor.anchor === node.source)) {
        faults.push({ at, message: `the alias *${node.source} stands inside what it stands for` });
      }
    },
  });
  return faults;
}
