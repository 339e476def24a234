import { createChance } from '../../../rehearsal/cloud/chance';
import { createCredentialStore } from '../../../rehearsal/cloud/credentials';
import { HOUR } from '../../../shared/core/time';

describe('credentials', () => {
  it('hold for 36 hours, are known for 36 more, and are then forgotten', () => {
    let now = 0;
    const store = createCredentialStore({ now: () => now, sleep: async () => undefined }, createChance(1));
    const { accessKeyId, securityToken } = store.issue();
    expect(store.find(accessKeyId)).toMatchObject({ accessKeyId, securityToken, expires: 36 * HOUR });
    now = 72 * HOUR - 1;
    store.issue();
    expect(store.find(accessKeyId)).toBeDefined();
    now = 72 * HOUR;
    store.issue();
    expect(store.find(accessKeyId)).toBeUndefined();
  });
});
