// Leader and helper of plain tasks in one process, joined by their HTTP alone; what one knows of the other is its address.
import { preparer } from "../../src/aggregate/prepare.ts";
import type { UploadQuota } from "../../src/aggregate/quota.ts";
import { plainApp } from "../../src/plain/app.ts";
import { newCollected } from "../../src/plain/collected.ts";
import { unmarked } from "../../src/plain/parts.ts";
import { newPlainService, type PlainService } from "../../src/plain/service.ts";
import type { KeyValueRows } from "../../src/plain/store.ts";
import type { PlainTask, VerificationKey } from "../../src/plain/task.ts";
import { nodeCrypto, nodeEntropy, nodeWasm } from "../../src/platform/node/index.ts";
import type { KeyPair } from "../../src/ports/crypto.ts";
import type { MarkFile } from "../../src/ports/mark-file.ts";
import type { Meter } from "../../src/ports/meter.ts";
import type { Store } from "../../src/ports/store.ts";
import type { Transport, TransportRequest } from "../../src/ports/transport.ts";
import { hpkeConfigOf } from "../../src/protocol/dap/hpke-config.ts";
import type { TaskConfiguration } from "../../src/protocol/dap/task-configuration.ts";
import { type DapWireName, wireOf } from "../../src/protocol/dap/wire.ts";
import { memoryKeyValues } from "../../src/storage/memory/index.ts";

export const pairUrls = { leader: "https://leader.test/dap", helper: "https://helper.test" };
export const aggregatorToken = "token-of-the-leader";
export const collectorToken = "token-of-the-collector";
export const collectorHeaders = { authorization: `Bearer ${collectorToken}` };
/** Unix seconds. */
export const NOW = 1_770_000_000;

export const newPair = () => nodeCrypto.x25519Generate() as KeyPair;

export interface PairOptions {
  readonly stores?: { readonly leader: Store<KeyValueRows>; readonly helper: Store<KeyValueRows> };
  readonly hpke?: { readonly leader: PlainService["parts"]["hpke"]; readonly helper: PlainService["parts"]["hpke"] };
  readonly quota?: UploadQuota;
  /** Called at each point of either. */
  readonly passing?: PlainService["parts"]["passing"];
  readonly marks?: { readonly leader: MarkFile; readonly helper: MarkFile };
  readonly keepSeconds?: number;
  readonly meter?: Meter;
  readonly log?: PlainService["parts"]["log"];
  readonly between?: (send: Transport["send"]) => Transport["send"];
}

export function newPlainPair(options: PairOptions = {}) {
  const clock = { seconds: NOW, now: () => clock.seconds * 1000 };
  const apps = new Map<string, ReturnType<typeof plainApp>>();
  const traffic: TransportRequest[] = [];
  const direct: Transport = {
    async send(request) {
      traffic.push(request);
      const base = Object.values(pairUrls).find((url) => request.url.startsWith(url)) ?? "";
      const app = apps.get(base);
      if (app === undefined) throw new Error(`nobody is at ${request.url}`);
      const init: RequestInit = { method: request.method, headers: { ...request.headers } };
      if (request.body !== undefined) init.body = request.body as Uint8Array<ArrayBuffer>;
      const response = await app.request(request.url.slice(base.length), init);
      const body = new Uint8Array(await response.arrayBuffer());
      return { status: response.status, headers: Object.fromEntries(response.headers), body };
    },
  };
  const transport: Transport = { send: options.between?.(direct.send) ?? direct.send };
  const make = (role: "leader" | "helper"): PlainService => {
    const store = options.stores?.[role] ?? memoryKeyValues();
    const mark = options.marks?.[role];
    const { keepSeconds, meter, log, passing = () => undefined } = options;
    const service = newPlainService(
      {
        store,
        collected: mark === undefined ? unmarked : newCollected({ store, clock, keepSeconds }, mark),
        passing,
        keepSeconds,
        meter,
        log,
        crypto: nodeCrypto,
        entropy: nodeEntropy,
        clock,
        transport,
        preparer: preparer({ crypto: nodeCrypto, wasm: nodeWasm }),
        hpke: options.hpke?.[role] ?? [{ id: role === "leader" ? 1 : 2, pair: newPair() }],
      },
      options.quota,
    );
    apps.set(
      pairUrls[role],
      plainApp(service, (line) => (options.passing === undefined ? console.error(line) : undefined)),
    );
    return service;
  };
  return { leader: make("leader"), helper: make("helper"), transport: direct, traffic, clock };
}

export type PlainPair = ReturnType<typeof newPlainPair>;

export const collectorKey = { id: 9, pair: newPair() };

/** What both aggregators and the collector are told of a task, apart from each other. */
export function agreement(
  configuration: Partial<TaskConfiguration> & Pick<TaskConfiguration, "vdaf">,
  more: {
    readonly version?: DapWireName;
    readonly keys?: { readonly leader: readonly VerificationKey[]; readonly helper: readonly VerificationKey[] };
    readonly defers?: boolean;
  } = {},
) {
  const agreed = {
    id: nodeEntropy.bytes(32),
    wire: wireOf(more.version ?? "dap-18"),
    configuration: {
      taskInfo: Uint8Array.of(1, 2, 3),
      leaderUrl: pairUrls.leader,
      helperUrl: pairUrls.helper,
      timePrecision: 3600n,
      minBatchSize: 3n,
      batchMode: "time-interval",
      ...configuration,
    } satisfies TaskConfiguration as TaskConfiguration,
  };
  const one = [{ id: 0, key: nodeEntropy.bytes(32) }];
  const common = {
    ...agreed,
    collector: hpkeConfigOf(collectorKey.id, collectorKey.pair.public),
    aggregators: { token: aggregatorToken },
  };
  const leader: PlainTask = {
    ...common,
    role: "leader",
    verificationKeys: more.keys?.leader ?? one,
    collects: { token: collectorToken },
  };
  const helper: PlainTask = {
    ...common,
    role: "helper",
    verificationKeys: more.keys?.helper ?? one,
    ...(more.defers === true && { defers: true }),
  };
  return { agreed, leader, helper };
}

/** Both aggregators do what they would in the background. */
export const workOf = (pair: PlainPair) => async () => {
  await Promise.all([pair.leader.work(), pair.helper.work()]);
};
