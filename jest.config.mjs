/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // Jest leaves one core unused, which is half of a small machine.
  maxWorkers: '100%',
  // A worker keeps what the suites before loaded: two to three GB at the end.
  workerIdleMemoryLimit: '1GB',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // @kubernetes/client-node is ESM only, which Jest cannot require on Node 20: tests load the same code as one CommonJS file.
  moduleNameMapper: { '^@kubernetes/client-node$': '<rootDir>/.cache/client-node.cjs' },
  globalSetup: '<rootDir>/test/setup/bundle-client-node.mjs',
  setupFiles: ['<rootDir>/test/setup/loopback-only.ts'],
  setupFilesAfterEnv: ['<rootDir>/test/setup/nothing-leaks.ts'],
  reporters: ['default', '<rootDir>/test/setup/closing-line.mjs'],
  // Virtual hours take real seconds on a busy machine; what must be quick is measured by its test.
  testTimeout: 30_000,
  restoreMocks: true,
};
