import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { leanPackages } from './lean-packages.mjs';
import { fileOf, packagesOnDemand } from './packages-on-demand.mjs';

/**
 * One deployable function.
 * @typedef {object} Entry
 * @property {string} name folder of the function, for example `scale-gateway`
 * @property {string} file its `index.ts`
 */

/**
 * @typedef {object} Bundle
 * @property {string} name
 * @property {Uint8Array} code one CommonJS file that needs nothing but Node 20
 * @property {Uint8Array | undefined} sourceMap
 * @property {readonly string[]} inputs the files that it was made of, relative to the root of the project
 * @property {readonly Companion[]} companions files that lie beside it and are read when they are needed
 */

/**
 * A package that is rarely needed, in a file of its own.
 * @typedef {object} Companion
 * @property {string} file for example `fc2.js`
 * @property {Uint8Array} code
 * @property {Uint8Array | undefined} sourceMap
 */

/**
 * The functions of a folder, one for each sub-folder, in alphabetical order.
 * @param {string} folder
 * @returns {readonly Entry[]}
 */
export function findFunctions(folder) {
  if (!existsSync(folder)) throw new Error(`there is no folder ${folder} to find functions in`);
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, file: path.join(folder, name, 'index.ts') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Bundles a function for the managed runtime `nodejs20`. Warnings are errors: what esbuild could not resolve at build
 * time would fail in the cloud.
 * @param {Entry} entry
 * @param {{ readonly root: string, readonly sourceMap?: boolean }} options
 * @returns {Promise<Bundle>}
 */
export async function bundle({ name, file }, { root, sourceMap = false }) {
  if (!existsSync(file)) throw new Error(`function ${name} has no ${path.basename(file)} in ${path.dirname(file)}`);
  const onDemand = new Set();
  const main = await buildFile(name, file, 'index.js', { root, sourceMap, plugins: [packagesOnDemand(onDemand)] });
  const companions = [...onDemand].sort().map(async (packageName) => {
    const { code, sourceMap: map } = await buildFile(name, packageName, fileOf(packageName), { root, sourceMap });
    return { file: fileOf(packageName), code, sourceMap: map };
  });
  return { name, ...main, companions: await Promise.all(companions) };
}

async function buildFile(name, entryPoint, outfile, { root, sourceMap, plugins = [] }) {
  const result = await build({
    entryPoints: [entryPoint],
    absWorkingDir: root,
    // An entry outside the project (a test's) finds the project's packages.
    nodePaths: [path.join(root, 'node_modules')],
    outfile,
    write: false,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // Not linked: Node would look for the map, and a map beside the bundle would be deployed with it.
    sourcemap: sourceMap ? 'external' : false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'silent',
    plugins: [...plugins, leanPackages()],
  });
  if (result.warnings.length > 0) {
    throw new Error(`${name}: ${result.warnings.map(({ text }) => text).join('; ')}`);
  }
  const contents = (ending) => result.outputFiles.find((output) => output.path.endsWith(ending))?.contents;
  const code = contents('.js');
  if (code === undefined) throw new Error(`${name}: esbuild wrote no code`);
  return { code, sourceMap: contents('.js.map'), inputs: Object.keys(result.metafile.inputs) };
}

/**
 * Whether a bundle holds the Kubernetes client; such bundles are allowed a longer cold start.
 * @param {Bundle} bundle
 */
export function talksToKubernetes({ inputs }) {
  return inputs.some((input) => input.includes('node_modules/@kubernetes/client-node/'));
}
