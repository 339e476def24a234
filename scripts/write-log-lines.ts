import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { logLinesPage } from './log-lines-page';

writeFileSync(path.join(__dirname, '..', 'docs', 'log-lines.md'), logLinesPage());
