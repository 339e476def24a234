import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import Credential from '@alicloud/credentials';
import { InvalidInput } from '../errors';
import type { Credentials } from '../ports';

/** The variables by which the chain is led, and no others of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The vendor's default chain, for the command line: functions take the credentials of their context and never come here.
 *
 * @throws InvalidInput with what was tried. What the vendor's package says of it is never passed on: it quotes whole files
 *   and answers, secrets included (2.4.7, `cli_profile.ts`, `uri.ts`).
 */
export async function credentialsOfChain(environment: Environment): Promise<Credentials> {
  const found = await firstOfChain();
  if (found !== undefined) return found;
  throw new InvalidInput('no credentials of Alibaba Cloud were found; tried, in this order', tried(environment));
}

async function firstOfChain(): Promise<Credentials | undefined> {
  try {
    const { accessKeyId, accessKeySecret, securityToken } = await new Credential().getCredential();
    if (!accessKeyId || !accessKeySecret) return undefined;
    return { accessKeyId, accessKeySecret, securityToken: securityToken ?? '' };
  } catch {
    return undefined;
  }
}

/** In the order of the chain (2.4.7, `providers/default.ts`): one line for each, with what can be said of it without reading it. */
function tried(environment: Environment): readonly string[] {
  const isSet = (name: string): string => `${name} (${environment[name] ? 'set' : 'not set'})`;
  const isThere = (file: string): string =>
    `${file} (${existsSync(file) ? 'there, but without a usable profile' : 'absent'})`;
  const isOff = (name: string): boolean => environment[name]?.toLowerCase() === 'true';
  const home = homedir();
  return [
    `the environment: ${isSet('ALIBABA_CLOUD_ACCESS_KEY_ID')}, ${isSet('ALIBABA_CLOUD_ACCESS_KEY_SECRET')}`,
    `a role by OIDC: ${isSet('ALIBABA_CLOUD_ROLE_ARN')}, ${isSet('ALIBABA_CLOUD_OIDC_PROVIDER_ARN')}, ${isSet('ALIBABA_CLOUD_OIDC_TOKEN_FILE')}`,
    isOff('ALIBABA_CLOUD_CLI_PROFILE_DISABLED')
      ? 'the profile of the aliyun command: switched off by ALIBABA_CLOUD_CLI_PROFILE_DISABLED'
      : `the profile of the aliyun command: ${isThere(path.join(home, '.aliyun/config.json'))}`,
    `the credentials file: ${isThere(environment['ALIBABA_CLOUD_CREDENTIALS_FILE'] ?? path.join(home, '.alibabacloud/credentials'))}`,
    isOff('ALIBABA_CLOUD_ECS_METADATA_DISABLED')
      ? 'the role of this ECS instance: switched off by ALIBABA_CLOUD_ECS_METADATA_DISABLED'
      : 'the role of this ECS instance: its metadata service gives none',
    `a service of your own: ${isSet('ALIBABA_CLOUD_CREDENTIALS_URI')}`,
  ];
}
