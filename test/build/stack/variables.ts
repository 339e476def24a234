import { z } from 'zod';

/** `${env('NAME')}`, `${env('NAME', 'default')}`, `${vars.name}`: the only forms that s.yaml may use. */
const EXPRESSION = /\$\{(?:env\('([A-Z][A-Z0-9_]*)'(?:, '([^']*)')?\)|vars\.([A-Za-z]+))\}/g;

const Stack = z.looseObject({ vars: z.record(z.string(), z.string()).default({}) });

type Texts = Readonly<Record<string, string>>;

/**
 * Fills in the variables of a Serverless Devs stack (its docs/zh/yaml.md), as `s preview` does. Throws on what its
 * parse-spec throws on: an environment variable that is neither set nor has a default, an unknown entry of `vars`, and
 * anything that comes out empty. Throws also on any other form of `${`.
 */
export function fillIn(stack: unknown, environment: Texts): unknown {
  const vars: Record<string, string> = {};
  for (const [name, text] of Object.entries(Stack.parse(stack).vars)) vars[name] = fillText(text, environment, vars);
  return fill(stack, environment, vars);
}

function fill(value: unknown, environment: Texts, vars: Texts): unknown {
  if (typeof value === 'string') return fillText(value, environment, vars);
  if (Array.isArray(value)) return value.map((item) => fill(item, environment, vars));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, fill(entry, environment, vars)]));
}

function fillText(text: string, environment: Texts, vars: Texts): string {
  const filled = text.replace(
    EXPRESSION,
    (_, variable: string | undefined, byDefault: string | undefined, name = '') => {
      const value = variable === undefined ? vars[name] : environment[variable] || byDefault;
      if (value === undefined || value === '') throw new Error(`${text}: ${variable ?? `vars.${name}`} is not set`);
      return value;
    },
  );
  if (filled.includes('${')) throw new Error(`${text}: a form of variable that is not known here`);
  return filled;
}
