import OpenApi, { Config, OpenApiRequest, Params } from '@alicloud/openapi-client';
import { RuntimeOptions } from '@alicloud/tea-util';
import { createConfiguration, HttpMethod, KubeConfig, ServerConfiguration } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { z } from 'zod';

const Request = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('cluster'), kubeconfig: z.string(), path: z.string() }),
  z.strictObject({ of: z.literal('cloud'), endpoint: z.string(), credentials: z.enum(['context', 'elsewhere']) }),
]);
type Request = z.infer<typeof Request>;

async function askCluster(kubeconfig: string, path: string): Promise<string> {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new Error('no cluster in the kubeconfig');
  const { httpApi, baseServer } = createConfiguration({ baseServer: new ServerConfiguration(server, {}) });
  const request = baseServer.makeRequestContext(path, HttpMethod.GET);
  await config.applySecurityAuthentication(request);
  const answer = await httpApi.send(request).toPromise();
  return `${answer.httpStatusCode} ${await answer.body.text()}`;
}

async function askCloud(endpoint: string, credentials: 'context' | 'elsewhere'): Promise<string> {
  const fixed = { accessKeyId: 'an-id', accessKeySecret: 'a-secret', securityToken: 'a-token' };
  const client = new OpenApi(
    new Config({ ...(credentials === 'context' ? fixed : { bearerToken: 'bearer' }), endpoint, protocol: 'HTTP' }),
  );
  const answer: unknown = await client.callApi(
    new Params({
      action: 'DescribeLoadBalancers',
      version: '2014-05-15',
      protocol: 'HTTP',
      method: 'POST',
      authType: 'AK',
      style: 'RPC',
      pathname: '/',
      reqBodyType: 'formData',
      bodyType: 'json',
    }),
    new OpenApiRequest({ query: { RegionId: 'cn-hangzhou' } }),
    new RuntimeOptions({ connectTimeout: 3000, readTimeout: 3000 }),
  );
  return JSON.stringify(answer);
}

/** A function that does nothing but what bundling might break: it reads YAML, checks it, and calls a cluster or the cloud. */
export async function handler(event: Buffer): Promise<string> {
  const request: Request = Request.parse(parse(event.toString()));
  switch (request.of) {
    case 'cluster':
      return askCluster(request.kubeconfig, request.path);
    case 'cloud':
      return askCloud(request.endpoint, request.credentials);
  }
}
