import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BEHAVIOURS, NOT_IMITATED } from '../../../rehearsal/cloud';
import { emulatedCloudPage } from '../../../scripts/emulated-cloud-page';

describe('the list of behaviours', () => {
  it('says each once, in a sentence', () => {
    const sentences = [
      ...BEHAVIOURS.map(({ part, what }) => `${part}: ${what}`),
      ...NOT_IMITATED.map(({ what }) => what),
    ];
    expect(new Set(sentences).size).toBe(sentences.length);
    expect(BEHAVIOURS.filter(({ what }) => !what.endsWith('.'))).toEqual([]);
  });

  it('is what the page on the emulated cloud says; npm run emulated-cloud writes it', () => {
    const page = path.join(__dirname, '../../../docs/emulated-cloud.md');
    expect(readFileSync(page, 'utf8')).toBe(emulatedCloudPage());
  });

  it('covers every part', () => {
    expect([...new Set(BEHAVIOURS.map(({ part }) => part))]).toEqual([
      'Signature',
      'CloudMonitor',
      'Container Service',
      'Service Mesh',
      'Function Compute',
      'Resource Access Management',
      'Security Token Service',
      'Kubernetes API',
      'Deployments',
      'Nodes',
      'HorizontalPodAutoscaler',
      'ASM control plane',
      'Traffic',
      'Alidns',
      'DNS clients',
      'Clients of a name',
      'Server Load Balancer',
      'Cloud controller',
      'Regions',
      'Vantage points',
      'MNS',
    ]);
  });
});
