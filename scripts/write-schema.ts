import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { jsonSchemaText } from '../shared/config/json-schema';

writeFileSync(path.join(__dirname, '..', 'autopilot.schema.json'), jsonSchemaText());
