import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { emulatedCloudPage } from './emulated-cloud-page';

writeFileSync(path.join(__dirname, '..', 'docs', 'emulated-cloud.md'), emulatedCloudPage());
