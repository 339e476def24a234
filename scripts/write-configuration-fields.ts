import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { configurationFieldsPage } from './configuration-fields-page';

writeFileSync(path.join(__dirname, '..', 'docs', 'configuration-fields.md'), configurationFieldsPage());
