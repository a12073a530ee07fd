// A client and a collector of plain DAP tasks, as their two parties would write them: over the wire alone.

import { concat, toBase64Url } from "../../src/base/bytes.ts";
import { decodeDapProblem } from "../../src/http/dap-problem.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import type { KeyPair } from "../../src/ports/crypto.ts";
import type { Transport } from "../../src/ports/transport.ts";
import type { Extension, Interval, SaidReportError } from "../../src/protocol/dap/basics.ts";
import {
  AggregateShareAad,
  CollectionJobReq,
  CollectionJobResp,
  type Query,
} from "../../src/protocol/dap/collection.ts";
import { type HpkeConfig, HpkeConfigList, usableConfig } from "../../src/protocol/dap/hpke-config.ts";
import { mediaType } from "../../src/protocol/dap/http.ts";
import { InputShareAad, PlaintextInputShare, Report, UploadErrors } from "../../src/protocol/dap/report.ts";
import type { TaskConfiguration } from "../../src/protocol/dap/task-configuration.ts";
import type { Aggregator } from "../../src/protocol/dap/version.ts";
import type { DapWire } from "../../src/protocol/dap/wire.ts";
import { open, seal } from "../../src/protocol/hpke/hpke.ts";
import type { Prio3 } from "../../src/protocol/vdaf/prio3.ts";
import { sharedPrio3 } from "../../src/protocol/vdaf/shared.ts";

export interface AgreedTask {
  readonly id: Uint8Array;
  readonly wire: DapWire;
  readonly configuration: TaskConfiguration;
}

const prio3Of = (task: AgreedTask) =>
  sharedPrio3(task.configuration.vdaf) as unknown as Prio3<unknown, bigint | bigint[]>;

export interface DapClient {
  report(measurement: unknown, time: bigint, extensions?: readonly Extension[]): Promise<Uint8Array>;
  /** @returns the errors, by report id in base64url */
  upload(...reports: readonly Uint8Array[]): Promise<ReadonlyMap<string, SaidReportError>>;
  /** Asks the aggregators for their keys anew. */
  refresh(): Promise<void>;
}

export async function newDapClient(transport: Transport, task: AgreedTask): Promise<DapClient> {
  const { configuration, id: taskId, wire } = task;
  const prio3 = prio3Of(task);
  const urls = { leader: configuration.leaderUrl, helper: configuration.helperUrl };
  const keys = new Map<Aggregator, HpkeConfig>();
  async function refresh(): Promise<void> {
    for (const role of ["leader", "helper"] as const) {
      const { body, headers } = await transport.send({ method: "GET", url: `${urls[role]}/hpke_config` });
      if (headers["content-type"] !== mediaType("hpke-config-list")) throw new Error("no list of keys");
      if (!/max-age=[1-9]/.test(headers["cache-control"] ?? "")) throw new Error("a list says how long it holds");
      keys.set(role, usableConfig(HpkeConfigList.decode(body)));
    }
  }
  await refresh();
  return {
    refresh,
    async report(measurement, time, publicExtensions = []) {
      const reportId = nodeEntropy.bytes(16);
      const context = wire.version.vdafContext(taskId);
      const { publicShare, inputShares } = prio3.shard(
        context,
        measurement,
        reportId,
        nodeEntropy.bytes(prio3.randLength),
      );
      const metadata = { reportId, time, publicExtensions };
      const aad = InputShareAad.encode({ taskId, task: configuration, metadata, publicShare });
      const sealed = await Promise.all(
        (["leader", "helper"] as const).map(async (role, i) => {
          const key = keys.get(role) as HpkeConfig;
          const plaintext = PlaintextInputShare.encode({
            privateExtensions: [],
            payload: inputShares[i] as Uint8Array,
          });
          const info = wire.version.inputShareInfo(role);
          const { enc, ciphertext } = await seal({
            crypto: nodeCrypto,
            recipient: key.publicKey,
            info,
            aad,
            plaintext,
          });
          return { configId: key.id, enc, payload: ciphertext };
        }),
      );
      const [leaderShare, helperShare] = sealed as [(typeof sealed)[0], (typeof sealed)[0]];
      return Report.encode({ metadata, publicShare, leaderShare, helperShare });
    },
    async upload(...reports) {
      const { status, body } = await transport.send({
        method: "POST",
        url: `${urls.leader}/tasks/${toBase64Url(taskId)}/reports`,
        headers: { "content-type": mediaType("upload-req") },
        body: concat(...reports),
      });
      if (status !== 200) throw decodeDapProblem(status, body);
      return new Map(UploadErrors.decode(body).map(({ reportId, error }) => [toBase64Url(reportId), error]));
    },
  };
}

export interface Collected {
  readonly count: bigint;
  readonly interval: Interval;
  readonly result: bigint | bigint[];
}

export interface DapCollector {
  /** Creates a job. @returns its address */
  start(query: Query): Promise<string>;
  /** @returns undefined while there is no answer */
  poll(place: string): Promise<Collected | undefined>;
  remove(place: string): Promise<void>;
  /** Starts, lets the aggregators work, and polls. */
  collect(query: Query, work: () => Promise<unknown>): Promise<Collected>;
}

export function newDapCollector(
  transport: Transport,
  task: AgreedTask,
  key: { readonly id: number; readonly pair: KeyPair },
  headers: Readonly<Record<string, string>>,
): DapCollector {
  const { configuration, id: taskId, wire } = task;
  const prio3 = prio3Of(task);
  const base = `${configuration.leaderUrl}/tasks/${toBase64Url(taskId)}/collection_jobs`;
  const jobs = new Map<string, CollectionJobReq>();

  async function opened(job: CollectionJobReq, bytes: Uint8Array): Promise<Collected> {
    const { reportCount, interval, leaderShare, helperShare } = CollectionJobResp.decode(bytes);
    const aad = AggregateShareAad.encode({ taskId, task: configuration, job });
    const shares: Uint8Array[] = [];
    for (const [role, { configId, enc, payload }] of [
      ["leader", leaderShare],
      ["helper", helperShare],
    ] as const) {
      if (configId !== key.id) throw new Error("sealed to another key");
      const info = wire.version.aggregateShareInfo(role);
      shares.push(await open({ crypto: nodeCrypto, recipient: key.pair, info, aad, enc, ciphertext: payload }));
    }
    return { count: reportCount, interval, result: prio3.unshard(shares, Number(reportCount)) };
  }

  const collector: DapCollector = {
    async start(query) {
      const job: CollectionJobReq = { query, aggregationParameter: new Uint8Array(0), extensions: [] };
      const body = CollectionJobReq.encode(job);
      const put = wire.method === "PUT";
      const url = put ? `${base}/${toBase64Url(nodeEntropy.bytes(16))}` : base;
      const type = { "content-type": mediaType("collection-job-req") };
      const response = await transport.send({ method: wire.method, url, headers: { ...headers, ...type }, body });
      if (response.status !== 201) throw decodeDapProblem(response.status, response.body);
      const place = put ? url : new URL(response.headers.location ?? "", url).href;
      jobs.set(place, job);
      return place;
    },
    async poll(place) {
      const response = await transport.send({ method: "GET", url: place, headers });
      if (response.status !== 200) throw decodeDapProblem(response.status, response.body);
      if (response.body.length > 0) return await opened(jobs.get(place) as CollectionJobReq, response.body);
      if (!/^\d+$/.test(response.headers["retry-after"] ?? "")) throw new Error("deferred, and not until when");
      return undefined;
    },
    async remove(place) {
      const { status } = await transport.send({ method: "DELETE", url: place, headers });
      if (status !== 204) throw new Error(`deleting answers ${status}`);
    },
    async collect(query, work) {
      const place = await collector.start(query);
      for (let i = 0; i < 100; i++) {
        const found = await collector.poll(place);
        if (found !== undefined) return found;
        await work();
      }
      throw new Error("never collected");
    },
  };
  return collector;
}

export const reportIdOf = (report: Uint8Array): string => toBase64Url(Report.decode(report).metadata.reportId);
