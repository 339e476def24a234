/**
 * Stands in for every source of Alibaba Cloud credentials but the fixed ones (environment, profile files, metadata
 * service, role assumption): credentials are those that the invocation's context carries, and nothing may fall back on
 * others.
 */
class RefusedCredentialSource {
  constructor() {
    throw new Error('credentials come from the context of the invocation; no other source is supported');
  }

  static builder() {
    return new RefusedCredentialSource();
  }
}

Object.defineProperty(exports, '__esModule', { value: true });
exports.default = RefusedCredentialSource;
