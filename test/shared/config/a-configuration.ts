/** The smallest configuration that can be used; tests replace parts of it. */
export const SMALLEST = `version: 1
regions:
  cn-hangzhou:
    cluster: { id: c1 }
gateways:
  ingressgateway:
    regions: [cn-hangzhou]
    policy: web
policies:
  web:
    replicas: { min: 2, max: 40 }
    signals:
      - { metric: newConnections, target: 300 }
`;

/** {@link SMALLEST} with one piece of its text replaced. */
export function smallestWith(piece: string, by: string): string {
  if (!SMALLEST.includes(piece)) throw new Error(`the smallest configuration has no ${piece}`);
  return SMALLEST.replace(piece, by);
}
