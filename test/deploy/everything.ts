export const A = 'cn-hangzhou';
export const B = 'cn-shanghai';
export const ACCOUNT = '1234567890123456';

/** Asks for everything that needs a right. */
export const EVERYTHING = `
version: 1
cloudMonitor: { paidMetrics: true, customMetrics: 'on' }
notify: { cloudMonitor: everything }
regions:
  ${A}: { cluster: { id: c1 }, mesh: { id: m1 } }
  ${B}: { cluster: { id: c2 } }
gateways:
  web:
    regions: [${A}, ${B}]
    policy: web
    loadBalancers: { ${A}: [lb-a], ${B}: [lb-b] }
    alarms: { ${A}: [rule-a] }
  edge: { regions: [${A}], policy: small, loadBalancers: { ${A}: [lb-edge] } }
  api: { regions: [${B}], policy: small, loadBalancers: { ${B}: [lb-api] } }
policies:
  small:
    mode: auto
    replicas: { min: 2, max: 60 }
    signals: [{ metric: newConnections, target: 300, scaleInBelow: 240 }]
  web:
    mode: auto
    replicas: { min: 2, max: 60 }
    signals: [{ metric: newConnections, target: 300, scaleInBelow: 240 }]
    loadBalancers: { mode: auto, maxExtra: 2, releaseWindow: 10m, fewConnections: 100000 }
names:
  www.example.com: { zone: example.com, gateway: web, publish: auto, ttl: 60s, weights: even }
  first.example.com: { zone: example.com, gateway: web, publish: auto, ttl: 60s, mode: active-standby }
  elsewhere.other.org: { zone: other.org, gateway: web, publish: none }
probes: { points: [${A}, ${B}, cn-beijing] }
failover: { recovery: 1m }
`;
