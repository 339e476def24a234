#!/usr/bin/env node
// Runs the sources with tsx, as `npm start` does. Only its CommonJS half: the other one costs a thread at each start.
import '../scripts/ensure-installed.mjs';
import { createRequire } from 'node:module';

// httpx prints signed headers and tokens when it is set.
delete process.env.DEBUG;
const require = createRequire(import.meta.url);
// Before tsx looks at every file that is loaded: that takes 0.1 s longer for these, which have hundreds.
for (const name of ['zod', 'yaml']) require(name);
require('tsx/cjs/api').register();
require('./enter.ts').enter();
