/**
 * Stands in for the five ways in which a kubeconfig can ask the client to fetch a credential: run a command, read a
 * token file, log in to Azure, Google or an OpenID provider. The cluster's API hands out certificates and tokens, so
 * none is ever right here; a kubeconfig that asks for one is refused.
 */
class RefusedAuth {
  isAuthProvider(user) {
    return Boolean(user?.exec ?? user?.authProvider);
  }

  async applyAuthentication() {
    throw new Error('the kubeconfig asks for exec or auth-provider; only certificates and tokens are supported');
  }
}

export {
  RefusedAuth as AzureAuth,
  RefusedAuth as ExecAuth,
  RefusedAuth as FileAuth,
  RefusedAuth as GoogleCloudPlatformAuth,
  RefusedAuth as OpenIDConnectAuth,
};
