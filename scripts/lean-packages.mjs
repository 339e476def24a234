import { readFile } from 'node:fs/promises';
import path from 'node:path';

const STUBS = path.join(import.meta.dirname, 'stubs');

/**
 * Modules that packages load at start and our use never reaches. Each is replaced where the named package imports it;
 * a stub throws when it is touched after all.
 */
const REPLACEMENTS = [
  {
    importer: '@kubernetes/client-node',
    specifier: /^\.\/(azure|exec|file|gcp|oidc)_auth\.js$/,
    stub: 'kubeconfig-auth.mjs',
    why: 'openid-client, jsonpath-plus; a kubeconfig may not run commands or read files',
  },
  {
    importer: '@kubernetes/client-node',
    specifier: /^(hpagent|socks-proxy-agent)$/,
    stub: 'proxy-agents.mjs',
    why: 'socks, ip-address; no kubeconfig of the CS or ASM API names a proxy',
  },
  {
    importer: 'node-fetch',
    specifier: /^whatwg-url$/,
    builtin: 'node:url',
    why: 'a 260 KB table of Unicode for a URL class that Node has had since version 10',
  },
  {
    importer: '@alicloud/tea-util',
    specifier: /^@darabonba\/typescript$/,
    module: '@darabonba/typescript/dist/core.js',
    why: 'lodash, moment, ws and three proxy agents; tea-util 1.4.11 takes three names, all of them from core.js',
  },
  {
    importer: '@alicloud/credentials',
    specifier:
      /^\.\/(bearer_token_credential|rsa_key_pair_credential|providers\/(cli_profile|default|ecs_ram_role|env|oidc_role_arn|profile|ram_role_arn|uri))$/,
    stub: 'credential-source.cjs',
    why: 'credentials are those of the context; none may come from files, the environment or the metadata service',
  },
  {
    importer: '@alicloud/tea-xml',
    specifier: /^xml2js$/,
    stub: 'no-xml.cjs',
    why: 'xmlbuilder and sax, 100 KB; every API that is called answers in JSON',
  },
  {
    importer: 'httpx',
    specifier: /^debug$/,
    stub: 'silent-debug.cjs',
    why: 'prints secrets when the variable DEBUG is set',
  },
  {
    importer: '@alicloud/fc2',
    specifier: /^debug$/,
    stub: 'silent-debug.cjs',
    why: 'prints signed headers and tokens when the variable DEBUG is set',
  },
  {
    importer: '@alicloud/fc2',
    specifier: /^(ali-oss|axios|ws|\.\/es5\/client\.js)$/,
    stub: 'unused-by-invocations.cjs',
    why: 'uploads of code, shells in instances and Node 6: of its client only invokeFunction is used',
  },
];

/** @param {string} importer file path */
function packageOf(importer) {
  const inside = importer.split(path.sep).join('/').split('/node_modules/').at(-1) ?? '';
  return /^(?:@[^/]+\/)?[^/]+/.exec(inside)?.[0];
}

/**
 * Makes bundles small, since what is parsed at start is most of a cold start. Three measures:
 *
 * - modules that are never reached are replaced ({@link REPLACEMENTS});
 * - `@kubernetes/client-node` does nothing when it is loaded but does not say so (`sideEffects`), so that esbuild would
 *   keep its 900 models, watch, exec, port forwarding and copying although nobody imports them;
 * - in our own files `import { z } from 'zod'` becomes `import * as z`, the form in which esbuild 0.28 drops what is not
 *   used (350 KB, mostly translations of error messages).
 *
 * @returns {import('esbuild').Plugin}
 */
export function leanPackages() {
  return {
    name: 'lean-packages',
    setup(build) {
      build.onResolve({ filter: /.*/ }, async ({ path: specifier, importer, resolveDir, kind, pluginData }) => {
        if (pluginData?.lean === true || importer === '') return undefined;
        const from = packageOf(importer);
        const replacement = REPLACEMENTS.find((r) => r.importer === from && r.specifier.test(specifier));
        if (replacement?.stub !== undefined) return { path: path.join(STUBS, replacement.stub) };
        if (replacement?.builtin !== undefined) return { path: replacement.builtin, external: true };
        // The client's own imports name files; resolving all 2,800 through esbuild takes 17 s.
        if (from === '@kubernetes/client-node' && specifier.startsWith('.')) {
          return { path: path.resolve(resolveDir, specifier), sideEffects: false };
        }
        const module = replacement?.module ?? (specifier === '@kubernetes/client-node' ? specifier : undefined);
        if (module === undefined) return undefined;
        const resolved = await build.resolve(module, { importer, resolveDir, kind, pluginData: { lean: true } });
        if (resolved.errors.length > 0) return { errors: resolved.errors };
        return { path: resolved.path, sideEffects: specifier !== '@kubernetes/client-node' };
      });
      build.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
        if (file.includes(`${path.sep}node_modules${path.sep}`)) return undefined;
        const source = await readFile(file, 'utf8');
        return { loader: 'ts', contents: source.replace(/^import \{ z \} from 'zod';$/m, "import * as z from 'zod';") };
      });
    },
  };
}
