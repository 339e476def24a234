import path from 'node:path';
import { brokenBans, PERMITS } from './architecture/bans';
import { brokenHouseRules } from './architecture/house-rules';
import { type Broken, brokenImports, IMPORT_RULES } from './architecture/import-rules';
import { readTree } from './architecture/source-tree';

const ROOT = path.resolve(__dirname, '..');
const TREE = readTree(ROOT, ['functions', 'shared', 'rehearsal', 'cli', 'deploy', 'scripts', 'bench', 'test']);

function lines(broken: readonly Broken[]): readonly string[] {
  return broken.map(({ file, line, message }) => `${file}:${line} ${message}`);
}

/** What the rules say of one made-up file. */
function imports(file: string, text: string): readonly string[] {
  return lines(brokenImports([{ path: file, text }], IMPORT_RULES));
}

function bans(file: string, text: string): readonly string[] {
  return lines(brokenBans([{ path: file, text }], PERMITS));
}

function houseRules(file: string, text: string): readonly string[] {
  return lines(brokenHouseRules([{ path: file, text }]));
}

describe('this tree', () => {
  it('was read', () => {
    expect(TREE.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'shared/core/time.ts',
        'shared/ports.ts',
        'scripts/build.mjs',
        'test/architecture.test.ts',
      ]),
    );
  });

  it('imports in the directions of its design', () => {
    expect(lines(brokenImports(TREE, IMPORT_RULES))).toEqual([]);
  });

  it('asks for credentials at the command line alone: functions take those of their context', () => {
    const takers = TREE.filter(({ path, text }) => !path.startsWith('test/') && text.includes("/credential-chain'"));
    expect(takers.map(({ path }) => path)).toEqual(['cli/deployed.ts']);
  });

  it('reaches clock, chance, environment, network, files and processes only where it may', () => {
    expect(lines(brokenBans(TREE, PERMITS))).toEqual([]);
  });

  it('keeps the house rules', () => {
    expect(lines(brokenHouseRules(TREE))).toEqual([]);
  });

  it('gives a reason for every rule and every permit', () => {
    expect([...IMPORT_RULES, ...PERMITS].filter(({ because }) => because.length < 10)).toEqual([]);
  });
});

describe('import rules', () => {
  it.each([
    ['shared/core/a.ts', "import { z } from 'zod';"],
    ['shared/core/a.ts', "import type { Instant } from './time';"],
    ['shared/core/deep/a.ts', "export * from '../time';"],
    ['shared/run/a.ts', "import { InvalidInput } from '../errors';"],
    ['shared/cloud/a.ts', "import OpenApi from '@alicloud/openapi-client';"],
    ['shared/cloud/a.ts', "import { Agent } from 'node:https';"],
    ['shared/config.ts', "import { parse } from 'yaml';"],
    ['shared/config/load.ts', "import { z } from 'zod';"],
    ['shared/serve/a.ts', "import { readFileSync } from 'node:fs'; import { x } from '../cloud/metrics';"],
    ['functions/a/index.ts', "export { handler } from '../../shared/serve/scale-gateway';"],
    ['rehearsal/a.ts', "import pc from 'picocolors'; import { createServer } from 'node:http';"],
    ['cli/a.ts', "import { x } from '../rehearsal/stage'; import { version } from '../package.json';"],
    ['cli/a.mjs', "import '../scripts/ensure-installed.mjs';"],
    ['test/a.test.ts', "import fc from 'fast-check'; import { x } from '../rehearsal/a';"],
  ])('let %s say %s', (file, text) => {
    expect(imports(file, text)).toEqual([]);
  });

  it.each([
    ['shared/core/a.ts', "import { x } from '../ports';", 'imports ../ports, which shared/core may not: decisions are'],
    ['shared/core/a.ts', "import { x } from 'yaml';", 'imports yaml, which shared/core may not'],
    ['shared/core/a.ts', "import { inspect } from 'util';", 'imports util, which shared/core may not'],
    ['shared/core/a.ts', "const x = await import('yaml');", 'imports yaml, which shared/core may not'],
    ['shared/core/a.ts', "const x = require('yaml');", 'imports yaml, which shared/core may not'],
    ['shared/core/a.ts', "import x = require('yaml');", 'imports yaml, which shared/core may not'],
    ['shared/core/a.ts', "export * from '../run/look';", 'imports ../run/look, which shared/core may not'],
    ['shared/core/a.ts', "export { x } from 'yaml';", 'imports yaml, which shared/core may not'],
    ['shared/core/a.ts', "type X = import('yaml').Node;", 'imports yaml, which shared/core may not'],
    [
      'shared/core/a.ts',
      "import { x } from '../core-of-another';",
      'imports ../core-of-another, which shared/core may not',
    ],
    ['shared/errors.ts', "import { x } from './core/time';", 'imports ./core/time, which shared/errors.ts may not'],
    ['shared/ports.ts', "import { x } from './errors';", 'imports ./errors, which shared/ports.ts may not'],
    ['shared/run/a.ts', "import { x } from '../cloud/seams';", 'imports ../cloud/seams, which shared/run may not'],
    ['shared/run/a.ts', "import { z } from 'zod';", 'imports zod, which shared/run may not'],
    ['shared/run/a.ts', "import OpenApi from '@alicloud/openapi-client';", 'which shared/run may not'],
    ['shared/cloud/a.ts', "import { x } from '../run/look';", 'imports ../run/look, which shared/cloud may not'],
    ['shared/cloud/a.ts', "import { Cron } from 'croner';", 'imports croner, which shared/cloud may not'],
    ['shared/event.ts', "import { x } from './errors';", 'imports ./errors, which shared/event* may not'],
    ['shared/event/a.ts', "import { x } from '../config/load';", 'which shared/event* may not'],
    ['shared/config/a.ts', "import { readFileSync } from 'node:fs';", 'imports node:fs, which shared/config* may not'],
    ['shared/notify.ts', "import { x } from './cloud/webhook';", 'which shared/notify* may not'],
    ['shared/serve/a.ts', "import { KubeConfig } from '@kubernetes/client-node';", 'which shared/serve* may not'],
    ['shared/serve/a.ts', "import { x } from '../../rehearsal/main';", 'which shared/serve* may not'],
    [
      'functions/a/index.ts',
      "import { x } from '../../shared/cloud/kube';",
      'which functions may not: a function is wiring',
    ],
    ['functions/a/index.ts', "import { x } from '../../rehearsal/main';", 'which functions may not'],
    ['rehearsal/a.ts', "import OpenApi from '@alicloud/openapi-client';", 'which rehearsal may not'],
    ['rehearsal/a.ts', "import { x } from '../cli/main';", 'which rehearsal may not'],
    ['rehearsal/a.ts', "import { x } from '../test/setup/x';", 'which rehearsal may not'],
    ['cli/a.ts', "import { x } from '../functions/a/index';", 'which cli may not'],
    ['cli/a.ts', "import Credential from '@alicloud/credentials';", 'which cli may not'],
    ['deploy/a.ts', "import { x } from '../rehearsal/main';", 'which deploy may not'],
    ['scripts/a.mjs', "import { x } from '../shared/run/look';", 'which scripts may not'],
    ['bench/a.mjs', "import { x } from '../test/setup/x';", 'which bench may not'],
    ['test/a.test.ts', "import { x } from '../bench/cold-start';", 'which test may not'],
    ['somewhere/a.ts', '', 'is in a place that the import rules do not know'],
  ])('refuse that %s says %s', (file, text, message) => {
    expect(imports(file, text)).toEqual([expect.stringContaining(message)]);
  });

  it('name file and line', () => {
    expect(imports('shared/core/a.ts', "// é\n\nimport { x } from 'yaml';\nimport { y } from 'zod';\n")).toEqual([
      expect.stringMatching(/^shared\/core\/a\.ts:3 imports yaml/),
    ]);
  });
});

describe('bans', () => {
  it.each([
    'const then = new Date(at).toISOString();',
    'const then = Date.parse(text);',
    'const isDate = value instanceof Date;',
    'function f(at: Date, clock: { now(): number }) { return clock.now(); }',
    'const most = Math.max(1, 2);',
    'function f(signal: AbortSignal) { return AbortSignal.any([signal]); }',
    'const timer = clock.setTimeout(1);',
    'const settings = { fetch: 1, process: 2, performance: 3 };',
    'interface Port { fetch(): void; readonly process: string }',
    "import { createHash } from 'node:crypto';",
    "import type { Server } from 'node:http';",
  ])('let a decision say %s', (text) => {
    expect(bans('shared/core/a.ts', text)).toEqual([]);
  });

  it.each([
    ['const at = Date.now();', 'uses Date.now (clock)'],
    ["const at = Date['now']();", 'uses Date.now (clock)'],
    ['const at = new Date();', 'uses new Date() (clock)'],
    ['const at = new Date;', 'uses new Date() (clock)'],
    ['const at = Date();', 'uses Date (clock)'],
    ['const { now } = Date;', 'uses Date (clock)'],
    ['const at = performance.now();', 'uses performance (clock)'],
    ['setTimeout(f, 1);', 'uses setTimeout (timers)'],
    ['setInterval(f, 1);', 'uses setInterval (timers)'],
    ['setImmediate(f);', 'uses setImmediate (timers)'],
    ["import { setTimeout as wait } from 'node:timers/promises';", 'uses node:timers/promises (timers)'],
    ["import { performance as p } from 'perf_hooks';", 'uses perf_hooks (clock)'],
    ['const signal = AbortSignal.timeout(1);', 'uses AbortSignal.timeout (timers)'],
    ["globalThis['fetch']('x');", 'uses globalThis (environment)'],
    ['const luck = Math.random();', 'uses Math.random (chance)'],
    ['const { random } = Math;', 'uses Math as a value (chance)'],
    ['const id = crypto.randomUUID();', 'uses crypto (chance)'],
    ["import { createHash, randomUUID } from 'node:crypto';", 'uses randomUUID of node:crypto (chance)'],
    ["import * as c from 'node:crypto';", 'of node:crypto (chance)'],
    ["const path = process.env['PATH'];", 'uses process (environment)'],
    ['const { env } = process;', 'uses process (environment)'],
    ['const at = process.hrtime.bigint();', 'uses process (environment)'],
    ["import { env } from 'node:process';", 'uses node:process (environment)'],
    ["const answer = await fetch('x');", 'uses fetch (network)'],
    ["import http from 'node:http';", 'uses node:http (network)'],
    ["import https from 'https';", 'uses https (network)'],
    ["import { connect } from 'node:net';", 'uses node:net (network)'],
    ["import { connect } from 'node:tls';", 'uses node:tls (network)'],
    ["import { resolve4 } from 'node:dns/promises';", 'uses node:dns/promises (network)'],
    ["import { readFile } from 'node:fs/promises';", 'uses node:fs/promises (files)'],
    ["const fs = require('node:fs');", 'uses node:fs (files)'],
    ["const fs = await import('node:fs');", 'uses node:fs (files)'],
    ["import { spawn } from 'node:child_process';", 'uses node:child_process (processes)'],
  ])('refuse that a decision says %s', (text, message) => {
    expect(bans('shared/core/a.ts', text)).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    ['shared/cloud/clock.ts', 'const at = Date.now();'],
    ['shared/serve/function-runtime.ts', "import { readFileSync } from 'node:fs'; const path = process.env['X'];"],
    ['functions/a/index.ts', "const path = process.env['X'];"],
    ['rehearsal/cloud/wall-clock.ts', 'const at = Date.now();'],
    ['cli/main.ts', "import { spawn } from 'node:child_process';"],
  ])('permit %s to say %s', (file, text) => {
    expect(bans(file, text)).toEqual([]);
  });

  it.each([
    ['shared/serve/surroundings.ts', 'const at = Date.now();'],
    ['shared/serve/a.ts', "const path = process.env['X'];"],
    ['rehearsal/cloud/timeline.ts', 'const at = Date.now();'],
    ['functions/a/index.ts', "const answer = await fetch('x');"],
    ['rehearsal/cloud/traffic.ts', 'const luck = Math.random();'],
    ['rehearsal/cloud/wall-clock.ts', "const path = process.env['X'];"],
    ['shared/cloud-of-another/a.ts', 'const at = Date.now();'],
  ])('hold in %s for %s', (file, text) => {
    expect(bans(file, text)).toHaveLength(1);
  });
});

describe('house rules', () => {
  it.each([
    ['shared/core/utils.ts', '', 'is called utils'],
    ['shared/helpers/a.ts', '', 'is called helpers'],
    ['shared/common.ts', '', 'is called common'],
    ['shared/lease-manager.ts', '', 'is called manager'],
    ['shared/a.ts', 'const x = y as Z;', 'casts'],
    ['shared/a.ts', 'const x = y as unknown;', 'casts'],
    ['shared/a.ts', 'const x = <Z>y;', 'casts'],
    ['shared/a.ts', 'const x: any = y;', 'says any'],
    ['shared/a.ts', `const x = 1; // ${'@ts-'}ignore`, 'silences the type checker'],
    ['shared/a.ts', `/* ${'@ts-'}nocheck */`, 'silences the type checker'],
    ['functions/a/other.ts', '', 'has no index.ts'],
  ])('refuse %s with %s', (file, text, message) => {
    expect(houseRules(file, text)).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    ['shared/core/community.ts', 'const x = [1] as const;'],
    ['shared/a.ts', 'const x = y satisfies Z;'],
    ['functions/a/index.ts', ''],
    ['test/a.test.ts', 'const x = y as Z;'],
  ])('accept %s with %s', (file, text) => {
    expect(houseRules(file, text)).toEqual([]);
  });
});
