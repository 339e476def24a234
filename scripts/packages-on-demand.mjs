/** Packages that few invocations need, and the files beside the bundle that hold them: what is not read costs no cold start. */
const FILES = { '@alicloud/fc2': 'fc2.js' };

/** @param {string} packageName */
export function fileOf(packageName) {
  return FILES[packageName];
}

/**
 * Leaves `import('package')` of such a package to the time when it is needed. A static import of one is an error, since it
 * would read the file at every start.
 *
 * @param {Set<string>} found receives the packages that the bundle imports
 * @returns {import('esbuild').Plugin}
 */
export function packagesOnDemand(found) {
  return {
    name: 'packages-on-demand',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path: specifier, kind, importer }) => {
        const file = FILES[specifier];
        if (file === undefined) return undefined;
        if (kind !== 'dynamic-import') {
          return {
            errors: [{ text: `${importer} must load ${specifier} by import(), which is in a file of its own` }],
          };
        }
        found.add(specifier);
        return { path: `./${file}`, external: true };
      });
    },
  };
}
