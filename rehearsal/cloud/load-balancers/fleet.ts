import { DAY, type Instant, type Millis } from '../../../shared/core/time';
import { InvalidInput } from '../../../shared/errors';
import type { Clock } from '../../../shared/ports';
import type { Chance } from '../chance';
import { ApiRefusal } from '../products/operation';
import type { Regions } from '../regions';
import { type Charge, fewestHealthy, forwards, LCU, type LoadBalancer } from './instance';
import { createRegister, type Register } from './register';
import { createSales, createTokens, type Sales, startedHours, type Tokens, zonesOf } from './sales';

/** What a test or a rehearsal does to load balancers; none of it is a call of the API. */
export interface LoadBalancerControls {
  /** Makes an instance that was bought long ago. Throws InvalidInput. */
  add(setup: LoadBalancerSetup): void;
  /** The public or private address of an instance. Throws InvalidInput. */
  address(id: string): string;
  /** Whether a client that comes to this address and port reaches a healthy backend; never in a region that is dead. */
  answers(address: string, port: number): boolean;
  /** Breaks an instance, which then forwards nothing and finds every backend unhealthy, or mends it. Throws InvalidInput. */
  break(id: string, broken: boolean): void;
  /** Switches the health checks of an instance off, or on again: it forwards as before. Throws InvalidInput. */
  checks(id: string, on: boolean): void;
  /** Locks or unlocks an instance, as the vendor does for want of payment. Throws InvalidInput. */
  lock(id: string, locked: boolean): void;
  /** Whether a zone has instances to sell. */
  stock(zone: string, available: boolean): void;
  /** Whether the account owes money and can buy nothing. */
  arrears(owing: boolean): void;
  /** How many instances the account may have; 60 unless told. What exists already stays. */
  quota(instances: number): void;
  /** How old what the API lists is, tags included; not at all unless told. */
  listsLag(by: Millis): void;
  /** How old the answers about one instance are, tags included, as a vendor's replicas may be; not at all unless told. */
  readsLag(by: Millis): void;
  /** For how long an instance is busy after each write and refuses others; not at all unless told. */
  busyAfterWrite(duration: Millis): void;
  /** Everything that was bought through the API since the start. */
  bill(): readonly BillItem[];
}

export interface LoadBalancerSetup {
  readonly region: string;
  readonly id: string;
  /** The id unless told. */
  readonly name?: string;
  readonly addressType?: LoadBalancer['addressType'];
  /** `slb.lcu.elastic` unless told; any other is paid by specification. */
  readonly specification?: string;
  /** Mbit/s that it was bought with; paid by traffic unless told. */
  readonly bandwidth?: number;
  readonly deleteProtection?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
  /** The first two of the region unless told. */
  readonly zones?: { readonly master: string; readonly slave: string };
}

export interface BillItem {
  readonly id: string;
  readonly from: Instant;
  /** `undefined` while it exists. */
  readonly to: Instant | undefined;
  /** Clock hours begun until it was deleted, or until now. */
  readonly hours: number;
}

/** The CLB instances of the account. */
export interface Fleet {
  readonly register: Register;
  readonly sales: Sales;
  readonly tokens: Tokens;
  now(): Instant;
  /** The instances of a region as lists show them, which may be old. */
  listed(region: string): readonly LoadBalancer[];
  /** Throws ApiRefusal when the region has none of this id. */
  get(region: string, id: string): LoadBalancer;
  /** The same as answers about one instance show it, which may be old. Throws ApiRefusal. */
  shown(region: string, id: string): LoadBalancer;
  /** A new instance, at the vendor's price. Throws ApiRefusal. */
  buy(order: Order): LoadBalancer;
  /** Throws ApiRefusal while the instance is busy. Without its last listener it is switched off. */
  change(id: string, change: Partial<LoadBalancer>): LoadBalancer;
  /** Throws ApiRefusal under deletion protection, and while the instance is busy. */
  delete(clb: LoadBalancer): void;
  /** An instance of long ago. Throws InvalidInput. */
  add(setup: LoadBalancerSetup): LoadBalancer;
  /** The instance that has an address now. */
  behind(address: string): LoadBalancer | undefined;
  /** Whether an instance has or had this address. */
  hasGiven(address: string): boolean;
  /** Whether clients that come to it, on any of its ports or on one, reach a healthy backend. */
  forwards(clb: LoadBalancer, port?: number): boolean;
  /** Of the listener that has the fewest; `undefined` for an instance that is not there. */
  healthyBackends(id: string): number | undefined;
  isBroken(id: string): boolean;
  isChecked(id: string): boolean;
  newId(prefix: string): string;
  readonly controls: LoadBalancerControls;
}

export type Order = Pick<
  LoadBalancer,
  'region' | 'addressType' | 'deleteProtection' | 'modificationProtection' | 'tags'
> & {
  /** The id unless told. */
  readonly name: string | undefined;
  readonly vpcId: string;
  readonly vSwitchId: string;
  readonly masterZone: string | undefined;
  readonly slaveZone: string | undefined;
};

export const NO_PROTECTION: LoadBalancer['modificationProtection'] = { status: 'NonProtection', reason: '' };

const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** Addresses for measurements between networks (RFC 2544): nobody's, and more than documentation has. */
const PUBLIC = [198, 18] as const;
const PRIVATE = [10, 64] as const;

export function createFleet(clock: Clock, chance: Chance, regions: Regions): Fleet {
  const register = createRegister();
  const sales = createSales();
  const bought = new Map<string, { readonly from: Instant; to: Instant | undefined }>();
  const byAddress = new Map<string, string>();
  const broken = new Set<string>();
  const unchecked = new Set<string>();
  const busyUntil = new Map<string, Instant>();
  let addresses = 0;
  let busyFor: Millis = 0;
  let lag: Millis = 0;
  let readLag: Millis = 0;

  function newId(prefix: string): string {
    return `${prefix}-${chance.text(20, ID_ALPHABET)}`;
  }

  /** No address is given twice: whoever still asks for that of a deleted instance gets no answer. */
  function newAddress(addressType: LoadBalancer['addressType']): string {
    addresses += 1;
    const [first, second] = addressType === 'internet' ? PUBLIC : PRIVATE;
    return `${first}.${second + (addresses >> 16)}.${(addresses >> 8) & 255}.${addresses & 255}`;
  }

  function make(
    order: Order,
    charge: Charge,
    zones: { master: string; slave: string },
    id: string,
    at: Instant,
  ): LoadBalancer {
    const { region, addressType, name, deleteProtection, modificationProtection, tags, vpcId, vSwitchId } = order;
    const clb: LoadBalancer = {
      id,
      region,
      name: name ?? id,
      address: newAddress(addressType),
      addressType,
      charge,
      place: { masterZone: zones.master, slaveZone: zones.slave, vpcId, vSwitchId },
      createdAt: at,
      enabled: true,
      locked: false,
      deleteProtection,
      modificationProtection,
      tags,
      listeners: [],
      groups: [],
    };
    register.put(clb, at);
    byAddress.set(clb.address, id);
    return clb;
  }

  function buy(order: Order): LoadBalancer {
    sales.checkAccount([...register.present()].length);
    const zones = sales.zoneFor(order.region, { master: order.masterZone, slave: order.slaveZone });
    const clb = make(order, LCU, zones, newId('lb'), clock.now());
    bought.set(clb.id, { from: clb.createdAt, to: undefined });
    return clb;
  }

  function present(id: string): LoadBalancer {
    const clb = register.find(id);
    if (clb === undefined) throw new InvalidInput(`there is no load balancer ${id}`);
    return clb;
  }

  function claim(id: string): void {
    if (clock.now() < (busyUntil.get(id) ?? 0)) {
      throw new ApiRefusal(409, 'ServiceIsConfiguring', 'The specified service is configuring.');
    }
    if (busyFor > 0) busyUntil.set(id, clock.now() + busyFor);
  }

  function change(id: string, changed: Partial<LoadBalancer>): LoadBalancer {
    const old = present(id);
    claim(id);
    const next = { ...old, ...changed };
    const clb = old.listeners.length > 0 && next.listeners.length === 0 ? { ...next, enabled: false } : next;
    register.put(clb, clock.now());
    return clb;
  }

  function remove(clb: LoadBalancer): void {
    if (clb.deleteProtection) {
      const message = "The loadbalancer can't be deleted due to DeleteProtection is enabled.";
      throw new ApiRefusal(400, 'OperationDenied.DeleteProtectionIsOn', message);
    }
    claim(clb.id);
    register.remove(clb.id, clock.now());
    const item = bought.get(clb.id);
    if (item !== undefined) item.to = clock.now();
  }

  function add(setup: LoadBalancerSetup): LoadBalancer {
    const { region, id, name, addressType = 'internet', specification, bandwidth } = setup;
    const { deleteProtection = false, tags = {} } = setup;
    if (register.knows(id)) throw new InvalidInput(`there is or was a load balancer ${id} already`);
    const [first = '', second = ''] = zonesOf(region);
    const { master, slave } = setup.zones ?? { master: first, slave: second };
    const order: Order = {
      region,
      name,
      addressType,
      vpcId: '',
      vSwitchId: '',
      masterZone: master,
      slaveZone: slave,
      deleteProtection,
      modificationProtection: NO_PROTECTION,
      tags: new Map(Object.entries(tags)),
    };
    const charge: Charge = {
      by: specification === undefined || specification === LCU.specification ? 'PayByCLCU' : 'PayBySpec',
      specification: specification ?? LCU.specification,
      internet: bandwidth === undefined ? 'paybytraffic' : 'paybybandwidth',
      bandwidth: bandwidth ?? LCU.bandwidth,
    };
    return make(order, charge, { master, slave }, id, clock.now() - 30 * DAY);
  }

  function behind(address: string): LoadBalancer | undefined {
    const id = byAddress.get(address);
    return id === undefined ? undefined : register.find(id);
  }

  function isForwarding(clb: LoadBalancer, port?: number): boolean {
    return !broken.has(clb.id) && forwards(clb, clock.now(), port);
  }

  return {
    register,
    sales,
    tokens: createTokens(),
    now: clock.now,
    listed: (region) =>
      (lag === 0 ? [...register.present()] : register.at(clock.now() - lag)).filter((clb) => clb.region === region),
    get: (region, id) => {
      const clb = register.find(id);
      if (clb === undefined || clb.region !== region) throw noSuchLoadBalancer();
      return clb;
    },
    shown: (region, id) => {
      const past = readLag === 0 ? [...register.present()] : register.at(clock.now() - readLag);
      const clb = past.find((each) => each.id === id && each.region === region);
      if (clb === undefined) throw noSuchLoadBalancer();
      return clb;
    },
    buy,
    change,
    delete: remove,
    add,
    behind,
    hasGiven: (address) => byAddress.has(address),
    forwards: isForwarding,
    healthyBackends: (id) => {
      const clb = register.find(id);
      if (clb === undefined) return undefined;
      return broken.has(id) ? 0 : fewestHealthy(clb, clock.now());
    },
    isBroken: (id) => broken.has(id),
    isChecked: (id) => !unchecked.has(id),
    newId,
    controls: {
      add: (setup) => {
        add(setup);
      },
      address: (id) => present(id).address,
      answers: (address, port) => {
        const clb = behind(address);
        return clb !== undefined && regions.hasData(clb.region) && isForwarding(clb, port);
      },
      break: (id, isBroken) => {
        if (isBroken) broken.add(present(id).id);
        else broken.delete(id);
      },
      checks: (id, on) => {
        if (on) unchecked.delete(id);
        else unchecked.add(present(id).id);
      },
      lock: (id, locked) => register.put({ ...present(id), locked }, clock.now()),
      stock: sales.setStock,
      arrears: sales.setArrears,
      quota: sales.setQuota,
      listsLag: (by) => {
        lag = by;
      },
      readsLag: (by) => {
        readLag = by;
      },
      busyAfterWrite: (duration) => {
        busyFor = duration;
      },
      bill: () =>
        [...bought].map(([id, { from, to }]) => ({ id, from, to, hours: startedHours(from, to ?? clock.now()) })),
    },
  };
}

/** Code and wording as the cloud controller matches them (cloud-provider-alibaba-cloud service_controller.go). */
function noSuchLoadBalancer(): ApiRefusal {
  return new ApiRefusal(404, 'InvalidLoadBalancerId.NotFound', 'The specified LoadBalancerId does not exist.');
}
