import { toJSONSchema } from 'zod';
import { Configuration } from './schema';

/** The JSON Schema (draft 2020-12) of the written form, for editors: the text of `autopilot.schema.json`. */
export function jsonSchemaText(): string {
  const schema = { title: 'Configuration of gateway-autopilot', ...toJSONSchema(Configuration, { io: 'input' }) };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
