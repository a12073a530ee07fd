// The HTTP API that a runner of interoperability tests drives an implementation with (draft-dcook-ppm-dap-interop-test-design):
// JSON commands below /internal/test, in the roles of client, aggregator and collector. IN TESTS ALONE: whoever reaches it makes
// tasks and keys. What draft 18 of DAP binds into a task and the design does not name (task_info, and at client and collector the
// minimum batch, mode and helper) is taken where it is given, and has one default everywhere.
import { Hono } from "hono";
import { preparer } from "../../src/aggregate/prepare.ts";
import { fromBase64Url, toBase64Url, utf8 } from "../../src/base/bytes.ts";
import { isPacelineError } from "../../src/base/errors.ts";
import { plainApp } from "../../src/plain/app.ts";
import { unmarked } from "../../src/plain/parts.ts";
import { newPlainService, type PlainService } from "../../src/plain/service.ts";
import { nodeClock, nodeCrypto, nodeEntropy, nodeWasm } from "../../src/platform/node/index.ts";
import type { KeyPair } from "../../src/ports/crypto.ts";
import type { Transport } from "../../src/ports/transport.ts";
import { HpkeConfig, hpkeConfigOf } from "../../src/protocol/dap/hpke-config.ts";
import type { TaskConfiguration } from "../../src/protocol/dap/task-configuration.ts";
import { type DapWireName, wireOf } from "../../src/protocol/dap/wire.ts";
import type { VdafParameters } from "../../src/protocol/vdaf/parameters.ts";
import { memoryKeyValues } from "../../src/storage/memory/index.ts";
import { type AgreedTask, type DapCollector, newDapClient, newDapCollector } from "./dap-parties.ts";

type Command = Readonly<Record<string, unknown>>;
type Answer = Readonly<Record<string, unknown>>;

const text = (value: unknown): string => String(value ?? "");
const whole = (value: unknown): number => Number(text(value));
/** Addresses come with a slash at their end. */
const urlOf = (value: unknown): string => text(value).replace(/\/$/, "");

/** Numbers are texts in the design's objects. */
function vdafOf(given: Command): VdafParameters {
  const max = whole(given.max_measurement ?? 2 ** whole(given.bits) - 1);
  const [length, chunkLength] = [whole(given.length), whole(given.chunk_length)];
  switch (given.type) {
    case "Prio3Count":
      return { type: "Prio3Count" };
    case "Prio3Sum":
      return { type: "Prio3Sum", maxMeasurement: max };
    case "Prio3SumVec":
      return { type: "Prio3SumVec", length, chunkLength, maxMeasurement: max };
    case "Prio3Histogram":
      return { type: "Prio3Histogram", length, chunkLength };
    case "Prio3MultihotCountVec":
      return { type: "Prio3MultihotCountVec", length, chunkLength, maxWeight: whole(given.max_weight) };
    default:
      throw new Error(`no VDAF ${text(given.type)} here`);
  }
}

function agreedOf(given: Command): AgreedTask {
  const [start, duration, precision] = [given.task_start, given.task_duration, whole(given.time_precision)].map(
    (one) => (one === undefined ? undefined : whole(one)),
  ) as [number | undefined, number | undefined, number];
  const configuration: TaskConfiguration = {
    taskInfo: given.task_info === undefined ? utf8("interop") : fromBase64Url(text(given.task_info)),
    leaderUrl: urlOf(given.leader),
    helperUrl: urlOf(given.helper),
    timePrecision: BigInt(precision),
    minBatchSize: BigInt(whole(given.min_batch_size ?? 1)),
    batchMode: whole(given.batch_mode ?? 1) === 2 ? "leader-selected" : "time-interval",
    vdaf: vdafOf(given.vdaf as Command),
    ...(start !== undefined &&
      duration !== undefined && {
        interval: { start: BigInt(Math.floor(start / precision)), duration: BigInt(Math.ceil(duration / precision)) },
      }),
  };
  return {
    id: fromBase64Url(text(given.task_id)),
    wire: wireOf(text(given.version ?? "dap-18") as DapWireName),
    configuration,
  };
}

function commands(table: Readonly<Record<string, (given: Command) => Promise<Answer>>>): Hono {
  const app = new Hono();
  app.post("/internal/test/ready", (c) => c.json({}));
  for (const [name, run] of Object.entries(table))
    app.post(`/internal/test/${name}`, async (c) => {
      try {
        return c.json(await run((await c.req.json()) as Command));
      } catch (error) {
        return c.json({
          status: "error",
          error: isPacelineError(error) ? `${error.code}: ${error.message}` : String(error),
        });
      }
    });
  return app;
}

const done: Answer = { status: "success" };

/** @returns the API with DAP's own resources below /dap, and what goes on in the background */
export function interopAggregator(transport: Transport): { readonly app: Hono; readonly service: PlainService } {
  const service = newPlainService({
    store: memoryKeyValues(),
    collected: unmarked,
    passing: () => undefined,
    crypto: nodeCrypto,
    entropy: nodeEntropy,
    clock: nodeClock,
    transport,
    preparer: preparer({ crypto: nodeCrypto, wasm: nodeWasm }),
    hpke: [{ id: nodeEntropy.bytes(1)[0] as number, pair: nodeCrypto.x25519Generate() as KeyPair }],
  });
  const app = commands({
    endpoint_for_task: async () => ({ ...done, endpoint: "/dap/" }),
    async add_task(given) {
      const role = given.role === "leader" ? "leader" : "helper";
      await service.add({
        ...agreedOf(given),
        role,
        verificationKeys: [{ id: 0, key: fromBase64Url(text(given.vdaf_verify_key)) }],
        collector: HpkeConfig.decode(fromBase64Url(text(given.collector_hpke_config))),
        aggregators: { token: text(given.leader_authentication_token) },
        ...(role === "leader" && { collects: { token: text(given.collector_authentication_token) } }),
      });
      return done;
    },
  });
  app.route(
    "/dap",
    plainApp(service, (line) => process.stderr.write(`${line}\n`)),
  );
  return { app, service };
}

/** Measurements are texts too: of a vector a list of them. */
function measurementOf({ type }: VdafParameters, given: unknown): unknown {
  if (type === "Prio3Count") return text(given) === "1";
  return Array.isArray(given) ? given.map(whole) : whole(given);
}

export function interopClient(transport: Transport): Hono {
  return commands({
    async upload(given) {
      const task = agreedOf(given);
      const client = await newDapClient(transport, task);
      const seconds = given.time === undefined ? nodeClock.now() / 1000 : whole(given.time);
      const time = BigInt(Math.floor(seconds)) / task.configuration.timePrecision;
      const report = await client.report(measurementOf(task.configuration.vdaf, given.measurement), time);
      const [error] = (await client.upload(report)).values();
      return error === undefined ? done : { status: "error", error: text(error) };
    },
  });
}

const said = (result: bigint | bigint[]) => (Array.isArray(result) ? result.map(String) : String(result));

export function interopCollector(transport: Transport): Hono {
  const collectors = new Map<string, DapCollector>();
  const jobs = new Map<string, { readonly collector: DapCollector; readonly place: string; readonly unit: bigint }>();
  const units = new Map<string, bigint>();
  return commands({
    async add_task(given) {
      const key = { id: nodeEntropy.bytes(1)[0] as number, pair: nodeCrypto.x25519Generate() as KeyPair };
      const headers = { authorization: `Bearer ${text(given.collector_authentication_token)}` };
      const task = agreedOf(given);
      collectors.set(text(given.task_id), newDapCollector(transport, task, key, headers));
      units.set(text(given.task_id), task.configuration.timePrecision);
      const config = HpkeConfig.encode(hpkeConfigOf(key.id, key.pair.public));
      return { ...done, collector_hpke_config: toBase64Url(config) };
    },
    async collection_start(given) {
      const collector = collectors.get(text(given.task_id));
      const unit = units.get(text(given.task_id));
      if (collector === undefined || unit === undefined) throw new Error("no such task here");
      const query = given.query as Command;
      const interval = () => ({
        start: BigInt(text(query.batch_interval_start)) / unit,
        duration: BigInt(text(query.batch_interval_duration)) / unit,
      });
      const place = await collector.start(
        whole(query.type) === 2 ? { mode: "leader-selected" } : { mode: "time-interval", interval: interval() },
      );
      const handle = toBase64Url(nodeEntropy.bytes(12));
      jobs.set(handle, { collector, place, unit });
      return { ...done, handle };
    },
    async collection_poll(given) {
      const job = jobs.get(text(given.handle));
      if (job === undefined) throw new Error("no such handle");
      const found = await job.collector.poll(job.place);
      if (found === undefined) return { status: "in progress" };
      return {
        status: "complete",
        report_count: Number(found.count),
        interval_start: Number(found.interval.start * job.unit),
        interval_duration: Number(found.interval.duration * job.unit),
        result: said(found.result),
      };
    },
  });
}
