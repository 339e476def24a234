import { InvalidInput } from '../../errors';
import type { Robot } from '../../ports';
import type { RobotAccess } from './access';
import { dingtalk } from './dingtalk';
import { feishu } from './feishu';
import { signedWebhook } from './signed-webhook';
import { slack } from './slack';
import { wecom } from './wecom';

export type RobotKind = 'dingtalk' | 'feishu' | 'wecom' | 'slack' | 'webhook';

/** Throws InvalidInput for a webhook without a secret. */
export function robotOf(kind: RobotKind, access: RobotAccess): Robot {
  const { secret, url } = access;
  switch (kind) {
    case 'dingtalk':
      return dingtalk(access);
    case 'feishu':
      return feishu(access);
    case 'wecom':
      return wecom(access);
    case 'slack':
      return slack(access);
    case 'webhook':
      if (secret === undefined) throw new InvalidInput('a webhook is always signed and has no secret');
      return signedWebhook({ url, secret });
  }
}
