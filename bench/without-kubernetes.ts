import OpenApi, { Config } from '@alicloud/openapi-client';
import { RuntimeOptions } from '@alicloud/tea-util';
import { parse } from 'yaml';
import { z } from 'zod';

const Call = z.strictObject({ endpoint: z.string(), timeout: z.number().int().positive() });

/** A function with the packages of one that does not talk to Kubernetes, for the cold-start figures. */
export async function handler(event: Buffer): Promise<string> {
  const { endpoint, timeout } = Call.parse(parse(event.toString()));
  const client = new OpenApi(
    new Config({ accessKeyId: 'id', accessKeySecret: 'secret', securityToken: 'token', endpoint }),
  );
  const options = new RuntimeOptions({ connectTimeout: timeout, readTimeout: timeout });
  return `${client._endpoint} within ${options.readTimeout} ms`;
}
