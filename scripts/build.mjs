// Builds what is deployed: for each folder of functions/ one file dist/<name>/index.js and, beside it, the
// configuration that it reads at start and the files of packages that are read when they are needed.
//
//   node scripts/build.mjs [--config FILE] [--out dist] [--functions functions] [--source-maps]
//
// Without --config that is what AUTOPILOT_CONFIG names, else autopilot.yaml or, where there is none, the example.
// --source-maps writes dist/source-maps/<name>.js.map, and one for each further file, which is not deployed, to read stack traces with.
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { tsImport } from 'tsx/esm/api';
import { bundle, findFunctions } from './bundle.mjs';

// Whoever reads the sizes may stop reading them.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});

const root = path.resolve(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: {
    config: { type: 'string' },
    out: { type: 'string', default: 'dist' },
    functions: { type: 'string', default: 'functions' },
    'source-maps': { type: 'boolean', default: false },
  },
});
const out = path.resolve(root, options.out);
/** As a person in this folder would write it. */
const besideReadme = (file) => path.relative(process.cwd(), path.join(root, file));
const EXAMPLE = besideReadme('autopilot.example.yaml');

function findConfiguration() {
  const named = options.config ?? process.env.AUTOPILOT_CONFIG;
  if (named !== undefined && named !== '') return named;
  const own = besideReadme('autopilot.yaml');
  return existsSync(own) ? own : EXAMPLE;
}

async function write({ name, code, sourceMap, companions }, configuration) {
  const folder = path.join(out, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'index.js'), code);
  await copyFile(configuration, path.join(folder, 'autopilot.yaml'));
  await writeMap(`${name}.js.map`, sourceMap);
  for (const companion of companions) {
    await writeFile(path.join(folder, companion.file), companion.code);
    await writeMap(`${name}.${companion.file}.map`, companion.sourceMap);
  }
}

async function writeMap(file, sourceMap) {
  if (sourceMap === undefined) return;
  const maps = path.join(out, 'source-maps');
  await mkdir(maps, { recursive: true });
  await writeFile(path.join(maps, file), sourceMap);
}

function printSizes(bundles) {
  const kilobytes = (bytes) => `${Math.ceil(bytes / 1000)} KB`.padStart(8);
  const companions = new Map(bundles.flatMap((built) => built.companions.map(({ file, code }) => [file, code])));
  const rows = [
    ...bundles,
    ...[...companions].map(([file, code]) => ({ name: `${file}, read when it is needed`, code })),
  ];
  const width = Math.max(...rows.map(({ name }) => name.length), 'function'.length);
  console.log(`${'function'.padEnd(width)}  ${'size'.padStart(8)}  ${'gzip'.padStart(8)}`);
  for (const { name, code } of rows) {
    console.log(`${name.padEnd(width)}  ${kilobytes(code.length)}  ${kilobytes(gzipSync(code).length)}`);
  }
}

/** A configuration that the functions would refuse is not worth deploying. */
async function checkFile(file) {
  const { checkConfiguration, problemText } = await tsImport('../shared/config/load.ts', import.meta.url);
  const { problems, warnings } = checkConfiguration(await readFile(file, 'utf8'), file, Date.now());
  for (const problem of problems) console.error(problemText(problem));
  for (const warning of warnings) console.error(`${problemText(warning)} (a warning)`);
  if (problems.length === 0) return;
  console.error('Nothing was built.');
  process.exit(1);
}

const entries = findFunctions(path.resolve(root, options.functions));
if (entries.length === 0) throw new Error(`no function found in ${options.functions}`);
const configuration = findConfiguration();
if (!existsSync(configuration)) {
  console.error(`There is no configuration ${configuration}; nothing was built.`);
  process.exit(1);
}
await checkFile(configuration);
const bundles = await Promise.all(entries.map((entry) => bundle(entry, { root, sourceMap: options['source-maps'] })));
for (const built of bundles) await write(built, configuration);
printSizes(bundles);
console.log(`Configuration in each: ${configuration}`);
if (configuration === EXAMPLE) console.log('That is the example: write your own autopilot.yaml before you deploy.');
