/** A program's arguments, and what is set before its name. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** What a command prints. */
export type Programs = (command: Command) => Promise<string>;

/**
 * As much of a shell as the README uses: comments, variables, `for`, `$(…)`, one pipe to `jq -r .a.b`, output into a file, and
 * variables before a command. Anything else is taken for a word, so that the program complains.
 */
export function aShell(programs: Programs, files: Record<string, string>) {
  const variables: Record<string, string> = {};

  async function script(text: string): Promise<void> {
    const lines = text.split('\n').map((line) => line.replace(/\s+#.*$/, '').trim());
    for (let index = 0; index < lines.length; index += 1) {
      const line = lines[index] ?? '';
      const loop = /^for (\w+) in (.+); do$/.exec(line);
      if (loop === null) {
        if (line !== '') await statement(line);
        continue;
      }
      const [, name = '', words = ''] = loop;
      const end = lines.indexOf('done', index);
      const body = lines.slice(index + 1, end);
      for (const word of words.split(' ')) {
        variables[name] = word;
        for (const each of body) await statement(each);
      }
      index = end;
    }
  }

  async function statement(line: string): Promise<void> {
    const assignment = /^(\w+)=(\$\(.*\))$/.exec(line);
    if (assignment !== null) {
      const [, name = '', value = ''] = assignment;
      variables[name] = await expanded(value);
      return;
    }
    const [, command = '', file] = /^(.*?)(?: > (\S+))?$/.exec(line) ?? [];
    const printed = await piped(command);
    if (file !== undefined) files[await expanded(file)] = printed;
  }

  async function piped(line: string): Promise<string> {
    const [first = '', filter, ...more] = line.split(' | ');
    if (more.length > 0) throw new Error(`more than one pipe: ${line}`);
    const printed = await run(first);
    if (filter === undefined) return printed;
    const [, field = ''] = /^jq -r \.([\w.]+)$/.exec(filter) ?? [];
    const found = field
      .split('.')
      .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], JSON.parse(printed));
    return `${String(found)}\n`;
  }

  async function run(line: string): Promise<string> {
    const environment: Record<string, string> = {};
    const words: string[] = [];
    for (const word of line.match(/(?:"(?:[^"]|\$\([^)]*\))*"|\$\([^)]*\)|[^\s"])+/g) ?? []) {
      const [, name, value] = words.length === 0 ? (/^([A-Z_]+)=(.*)$/.exec(word) ?? []) : [];
      if (name !== undefined) environment[name] = await expanded(value ?? '');
      else words.push(await expanded(word));
    }
    const [program = '', ...args] = words;
    if (program === 'cat') return args.map((file) => files[file] ?? missing(file)).join('');
    return programs({ program, args, environment });
  }

  /** Without the line feed at the end of what a command printed. */
  async function expanded(word: string): Promise<string> {
    const text = word.replaceAll('"', '');
    const inner = /\$\((.*)\)/.exec(text);
    if (inner !== null)
      return text.replace(inner[0], () => '\0').replace('\0', (await piped(inner[1] ?? '')).trimEnd());
    return text.replaceAll(/\$(\w+)/g, (_, name: string) => variables[name] ?? missing(`$${name}`));
  }

  return { script };
}

function missing(what: string): never {
  throw new Error(`there is no ${what}`);
}
