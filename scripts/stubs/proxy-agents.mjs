/** Stands in for the agents of a kubeconfig with `proxy-url`, which the cluster's API never hands out. */
class RefusedProxy {
  constructor() {
    throw new Error('the kubeconfig has a proxy-url; clusters are reached without a proxy');
  }
}

export { RefusedProxy as HttpProxyAgent, RefusedProxy as HttpsProxyAgent, RefusedProxy as SocksProxyAgent };
