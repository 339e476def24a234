import { HOUR, type Instant } from '../../shared/core/time';
import type { Clock, Credentials } from '../../shared/ports';
import type { Chance } from './chance';
import { marked } from './secret-mark';

/** The STS credentials that the cloud has handed out. */
export interface CredentialStore {
  /** New ones, good for 36 hours as those of a function's role are (Function Compute, "Context object"). */
  issue(): Credentials;
  find(accessKeyId: string): (Credentials & { readonly expires: Instant }) | undefined;
}

const LIFETIME = 36 * HOUR;
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789';

export function createCredentialStore(clock: Clock, chance: Chance): CredentialStore {
  const issued = new Map<string, Credentials & { readonly expires: Instant }>();

  function issue(): Credentials {
    forgetExpired();
    const credentials: Credentials = {
      accessKeyId: `STS.${marked(chance.text(24, ALPHABET))}`,
      accessKeySecret: marked(chance.text(44, ALPHABET)),
      securityToken: marked(chance.text(64, ALPHABET)),
    };
    issued.set(credentials.accessKeyId, { ...credentials, expires: clock.now() + LIFETIME });
    return credentials;
  }

  /** Oldest first, so the search ends at the first that is still good; expired ones are kept one lifetime longer, to be refused by name. */
  function forgetExpired(): void {
    for (const [id, { expires }] of issued) {
      if (expires + LIFETIME > clock.now()) return;
      issued.delete(id);
    }
  }

  return { issue, find: (accessKeyId) => issued.get(accessKeyId) };
}
