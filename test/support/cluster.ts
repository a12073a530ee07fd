// Both services in one process over memory stores, joined by function calls instead of sockets: the production code,
// with clock, entropy, noise and crash points as a test wants them.
import type { NoiseSource } from "../../src/aggregate/collect.ts";
import { mechanismNoise } from "../../src/aggregate/collect.ts";
import type { Passing } from "../../src/aggregate/points.ts";
import { type Preparer, preparer } from "../../src/aggregate/prepare.ts";
import { toBase64Url } from "../../src/base/bytes.ts";
import { type ClientOptions, createClient } from "../../src/client/index.ts";
import { coordinatorApp } from "../../src/coordinator/app.ts";
import { type CoordinatorService, newCoordinator } from "../../src/coordinator/service.ts";
import type { CoordinatorTerms } from "../../src/coordinator/terms.ts";
import { helperApp } from "../../src/helper/app.ts";
import type { HelperPolicy } from "../../src/helper/policy.ts";
import { newHelper } from "../../src/helper/service.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { nodeCrypto, nodeEntropy, nodeKeystream, nodeWasm } from "../../src/platform/node/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Keyring } from "../../src/ports/keyring.ts";
import type { Meter } from "../../src/ports/meter.ts";
import type { RegistrarKey } from "../../src/ports/registrar-key.ts";
import type { ServiceLog } from "../../src/ports/service-log.ts";
import type { Transport } from "../../src/ports/transport.ts";
import { HpkeConfig, hpkeConfigOf } from "../../src/protocol/dap/hpke-config.ts";
import { inlinePlanner, type Planner } from "../../src/query/planner.ts";
import type { Member } from "../../src/records/types.ts";
import { memoryDatabase, memoryMark } from "../../src/storage/memory/index.ts";
import { newTestRegistrar, registrarUrl } from "./masked.ts";

export const urls = { coordinator: "https://coordinator.test", helper: "https://helper.test" };

export function testKeyring(): Keyring {
  const signing = nodeCrypto.ed25519Generate() as { secret: Uint8Array; public: Uint8Array };
  const pair = nodeCrypto.x25519Generate() as { secret: Uint8Array; public: Uint8Array };
  return {
    signer: { publicKey: signing.public, sign: (message) => nodeCrypto.ed25519Sign(signing.secret, message) },
    hpke: { id: nodeEntropy.bytes(1)[0] as number, pair },
    verifySeed: nodeEntropy.bytes(32),
  };
}

export const testPolicy: HelperPolicy = {
  purposes: ["service-improvement", "research", "model-training"],
  metrics: ["rhr", "sleep", "steps", "moderate", "vigorous", "visits"],
  training: true,
  rhoMin: 1n,
  rhoMax: 1_000_000_000n,
  epochCap: 5_000_000_000n,
  yearCap: 20_000_000_000n,
  minBatchFloor: 5,
  groupsMax: 64,
  cellsMax: 16_384,
  manifestBytesMax: 512 * 1024,
  tasksPerDay: 10_000,
  openTasksMax: 10_000,
  windowAgeDaysMax: 60,
};

/** A device's, wide enough for questions of ε = 1. */
export const testLimits = { minBatchFloor: 5, rhoPerTask: 1, rhoPerEpoch: 3, rhoPerYear: 12 };

export interface ClusterOptions {
  readonly meter?: Meter;
  /** The coordinator's. */
  readonly log?: ServiceLog;
  readonly noise?: NoiseSource;
  readonly passing?: Passing;
  readonly terms?: Partial<CoordinatorTerms>;
  readonly policy?: Partial<HelperPolicy>;
  readonly clock?: Clock;
  readonly planner?: Planner;
  /** What runs on other threads in a real service. */
  readonly preparing?: (preparer: Preparer) => Preparer;
  /** Where members of masked rounds join, at `registrarUrl`; without it there are no masked rounds. */
  readonly registrar?: RegistrarKey;
  /** The coordinator is configured without the helper, which runs all the same. */
  readonly alone?: boolean;
  /** What stands between the coordinator and its helper. */
  readonly between?: (send: Transport["send"]) => Transport["send"];
}

export interface Cluster {
  readonly coordinator: CoordinatorService;
  readonly transport: Transport;
  /** Every exchange that crossed the transport. */
  readonly traffic: { readonly url: string; readonly request: Uint8Array; readonly response: Uint8Array }[];
  readonly coordinatorStore: ReturnType<typeof memoryDatabase>;
  readonly helperStore: ReturnType<typeof memoryDatabase>;
  readonly keyrings: { readonly coordinator: Keyring; readonly helper: Keyring };
  client(member: Member, options?: Partial<ClientOptions>): ReturnType<typeof createClient>;
}

export const analystToken = "analyst-token";
export const leaderToken = "leader-token";
export const operatorTokens = { coordinator: "coordinator-operator", helper: "helper-operator" };

export function newCluster(options: ClusterOptions = {}): Cluster {
  const clock = options.clock ?? { now: () => 1_770_000_000_000 };
  const keyrings = { coordinator: testKeyring(), helper: testKeyring() };
  const coordinatorStore = memoryDatabase();
  const helperStore = memoryDatabase();
  const noise = options.noise ?? mechanismNoise(nodeEntropy);
  const passing = options.passing ?? (() => undefined);
  const prepares = preparer({ crypto: nodeCrypto, wasm: nodeWasm, keystream: nodeKeystream });
  const common = {
    crypto: nodeCrypto,
    clock,
    preparer: options.preparing?.(prepares) ?? prepares,
    noise,
    passing,
    meter: options.meter,
  };
  const traffic: { url: string; request: Uint8Array; response: Uint8Array }[] = [];
  const apps = new Map<string, { request: (path: string, init: RequestInit) => Response | Promise<Response> }>();
  const transport: Transport = {
    async send({ method, url, headers, body }) {
      const base = [...apps.keys()].find((one) => url.startsWith(one)) ?? "";
      const app = apps.get(base);
      if (app === undefined) throw new Error(`no service at ${url}`);
      const init: RequestInit = { method, headers: { ...headers } };
      if (body !== undefined) init.body = body as Uint8Array<ArrayBuffer>;
      const response = await app.request(url.slice(base.length), init);
      const bytes = new Uint8Array(await response.arrayBuffer());
      traffic.push({ url, request: body ?? new Uint8Array(0), response: bytes });
      return { status: response.status, headers: Object.fromEntries(response.headers), body: bytes };
    },
  };
  const configOf = (keyring: Keyring) => hpkeConfigOf(keyring.hpke.id, keyring.hpke.pair.public);
  const helper = newHelper({
    ...common,
    store: helperStore,
    keyring: keyrings.helper,
    mark: memoryMark(),
    policy: { ...testPolicy, ...options.policy },
    url: urls.helper,
    leaderUrl: urls.coordinator,
  });
  const coordinator = newCoordinator({
    ...common,
    log: options.log,
    store: coordinatorStore,
    keyring: keyrings.coordinator,
    mark: memoryMark(),
    entropy: nodeEntropy,
    keystream: nodeKeystream,
    planner: options.planner ?? inlinePlanner,
    transport: options.between === undefined ? transport : { send: options.between(transport.send) },
    terms: {
      url: urls.coordinator,
      ...(options.alone !== true && {
        helper: {
          url: urls.helper,
          token: leaderToken,
          signingKey: keyrings.helper.signer.publicKey,
          hpke: HpkeConfig.encode(configOf(keyrings.helper)),
        },
      }),
      epochCap: 5_000_000_000n,
      yearCap: 20_000_000_000n,
      minBatchFloor: 5,
      rhoMin: 1n,
      openTasksMax: 10_000,
      manifestBytesMax: 512 * 1024,
      windowAgeDaysMax: 60,
      uploadSeconds: 3600,
      jobReports: 20,
      ...(options.registrar && { registrar: { url: registrarUrl, key: options.registrar.signer.publicKey } }),
      ...options.terms,
    },
  });
  const log = (line: string) => console.error(line);
  const version = "test";
  apps.set(
    urls.helper,
    helperApp({
      service: helper,
      crypto: nodeCrypto,
      leaderToken,
      operatorToken: operatorTokens.helper,
      version,
      log,
    }),
  );
  if (options.registrar !== undefined) {
    const known = { url: urls.coordinator, registerKey: keyrings.coordinator.signer.publicKey };
    const registrar = newTestRegistrar(options.registrar, known, { clock, log });
    const request = async (path: string, init: RequestInit) =>
      await (await registrar).fetch(new Request(`${registrarUrl}${path}`, init));
    apps.set(registrarUrl, { request });
  }
  apps.set(
    urls.coordinator,
    coordinatorApp({
      service: coordinator,
      crypto: nodeCrypto,
      analystToken,
      helperToken: options.alone === true ? undefined : leaderToken,
      operatorToken: operatorTokens.coordinator,
      version,
      log,
    }),
  );
  return {
    coordinator,
    transport,
    traffic,
    coordinatorStore,
    helperStore,
    keyrings,
    client: (member, more) =>
      createClient({
        coordinator: { url: urls.coordinator, registerKey: toBase64Url(keyrings.coordinator.signer.publicKey) },
        helper: { url: urls.helper, signingKey: toBase64Url(keyrings.helper.signer.publicKey) },
        store: memoryDeviceStore(),
        days: () => member.days,
        profile: () => member.profile,
        limits: testLimits,
        schedule: "at-once",
        platform: { crypto: nodeCrypto, entropy: nodeEntropy, clock, transport },
        ...more,
      }),
  };
}

/** The test-only zero source. */
export const noNoise: NoiseSource = (_, rows) => new Array<bigint>(rows).fill(0n);
