import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

/** Bundles @kubernetes/client-node into one CommonJS file, once per version. */
export default async function bundleClientNode() {
  const root = path.resolve(import.meta.dirname, '../..');
  const { version } = JSON.parse(
    readFileSync(path.join(root, 'node_modules/@kubernetes/client-node/package.json'), 'utf8'),
  );
  const outfile = path.join(root, '.cache/client-node.cjs');
  const stamp = `${outfile}.version`;
  if (existsSync(outfile) && existsSync(stamp) && readFileSync(stamp, 'utf8') === version) return;
  await build({
    entryPoints: ['@kubernetes/client-node'],
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    outfile,
    logLevel: 'error',
  });
  writeFileSync(stamp, version);
}
