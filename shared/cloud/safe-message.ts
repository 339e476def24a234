import type { Credentials } from '../ports';
import { shorten } from './answer';

/** What a vendor said, fit for a log. Signature errors quote the request that was signed; other messages may quote what they like. */
export function safeMessage(code: string, message: string, credentials: Credentials): string {
  if (/signature/i.test(code)) return '';
  const secrets = [credentials.accessKeyId, credentials.accessKeySecret, credentials.securityToken];
  return shorten(
    secrets.filter((secret) => secret !== '').reduce((text, secret) => text.replaceAll(secret, '***'), message),
  );
}
