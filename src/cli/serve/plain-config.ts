// The configuration of a plain DAP aggregator, whose tasks have no manifest. docs/dap.md has every field.
import * as z from "zod";
import { defaultQuota } from "../../aggregate/quota.ts";
import { fromBase64Url } from "../../base/bytes.ts";
import type { CallerProof } from "../../http/caller.ts";
import type { PlainTask } from "../../plain/task.ts";
import { HpkeConfig, usableConfig } from "../../protocol/dap/hpke-config.ts";
import type { TaskConfiguration } from "../../protocol/dap/task-configuration.ts";
import { wireNames, wireOf } from "../../protocol/dap/wire.ts";
import type { VdafParameters } from "../../protocol/vdaf/parameters.ts";
import { isPostgresUrl } from "../../storage/postgres/address.ts";
import { type Given, metricsUnseen, readChecked, type Together } from "./config.ts";
import { address, certificateHash, database, file, hpkeConfig, token } from "./fields.ts";
import { coordinatorSchema } from "./schema.ts";

/** What is told as for the services. */
const { listen, metrics, log, stopSeconds, mark, sealing } = coordinatorSchema.shape;

const natural = z.int().min(0);
const positive = z.int().min(1);
/** A number, or from 2^53 on its decimal digits. */
const bound = z.union([
  positive,
  z
    .string()
    .regex(/^[1-9]\d{15,19}$/)
    .transform((digits) => BigInt(digits)),
]);
const vector = { length: positive, chunkLength: positive };

const vdaf = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("Prio3Count") }),
  z.strictObject({ type: z.literal("Prio3Sum"), maxMeasurement: bound }),
  z.strictObject({ type: z.literal("Prio3SumVec"), ...vector, maxMeasurement: bound }),
  z.strictObject({ type: z.literal("Prio3Histogram"), ...vector }),
  z.strictObject({ type: z.literal("Prio3MultihotCountVec"), ...vector, maxWeight: positive }),
  z.strictObject({ type: z.literal("Prio3L1BoundSum"), ...vector, maxValue: positive }),
  z.strictObject({
    type: z.literal("Prio3SumVecField64Multiproof"),
    ...vector,
    maxMeasurement: bound,
    proofs: positive.max(255),
  }),
]);

const bytes = (least: number, most: number) =>
  z
    .string()
    .regex(/^[\w-]*$/)
    .transform((text, context) => {
      const value = decoded(text);
      if (value !== undefined && least <= value.length && value.length <= most) return value;
      const size = least === most ? `${least}` : `${least} to ${most}`;
      context.addIssue({ code: "custom", message: `must be base64url of ${size} bytes` });
      return z.NEVER;
    });

/** @returns undefined for what no encoder writes: a letter too many, or bits that belong to no byte */
function decoded(text: string): Uint8Array | undefined {
  try {
    return fromBase64Url(text);
  } catch {
    return undefined;
  }
}

const proof = z.union([z.strictObject({ token }), z.strictObject({ certificate: certificateHash })]);

const task = z.strictObject({
  id: bytes(32, 32),
  role: z.enum(["leader", "helper"]),
  version: z.enum(wireNames).default("dap-18"),
  taskInfo: bytes(1, 255),
  leaderUrl: address,
  helperUrl: address,
  timePrecision: positive,
  minBatchSize: positive,
  batchMode: z.enum(["time-interval", "leader-selected"]),
  vdaf,
  interval: z.strictObject({ start: natural, duration: positive }).optional(),
  verificationKeys: z.array(z.strictObject({ id: natural.max(255), key: bytes(32, 32) })).min(1),
  collector: hpkeConfig,
  aggregators: proof,
  collects: proof.optional(),
  defers: z.boolean().default(false),
});

export const plainSchema = z.strictObject({
  sumsCarryNoNoise: z.literal(true),
  database,
  mark,
  keys: file,
  sealing,
  oldKeys: z.array(file).max(8).default([]),
  listen,
  client: z.strictObject({ certificate: file, key: file }).optional(),
  authorities: file.optional(),
  databaseBytesMax: z
    .int()
    .min(2 ** 20)
    .default(defaultQuota.bytes),
  keepDays: z.number().min(1).max(3660).default(30),
  workers: z.int().min(1).max(64).default(1),
  metrics,
  log,
  stopSeconds,
  tasks: z.array(task).min(1).max(1000),
});

export type PlainConfig = z.output<typeof plainSchema>;

const together: Together<PlainConfig> = ({ database: where, keys, mark: beside, metrics: told, tasks = [] }) => [
  where !== undefined && where === keys && ["keys", "the database has this name already"],
  where !== undefined &&
    isPostgresUrl(where) &&
    beside === undefined && ["mark", "is needed: the database is no file that it could lie beside"],
  metricsUnseen({ metrics: told }),
  ...tasks.map(({ role, collects }, i): false | [string, string] => {
    if (role === "helper" || collects !== undefined) return false;
    return [`tasks.${i}.collects`, "is needed at the leader: it says who may collect"];
  }),
];

/** @throws PacelineError policy_refused, invalid_data naming every fault */
export const readPlainConfig = (path: string, given?: Pick<Given, "database">): PlainConfig =>
  readChecked(path, plainSchema, together, given);

/** From a task as it is written to one as it is worked on. */
export function plainTaskOf(given: PlainConfig["tasks"][number]): PlainTask {
  const { interval, aggregators, collects } = given;
  const configuration: TaskConfiguration = {
    taskInfo: given.taskInfo,
    leaderUrl: given.leaderUrl,
    helperUrl: given.helperUrl,
    timePrecision: BigInt(given.timePrecision),
    minBatchSize: BigInt(given.minBatchSize),
    batchMode: given.batchMode,
    vdaf: given.vdaf satisfies VdafParameters,
    ...(interval && { interval: { start: BigInt(interval.start), duration: BigInt(interval.duration) } }),
  };
  return {
    id: given.id,
    role: given.role,
    wire: wireOf(given.version),
    configuration,
    verificationKeys: given.verificationKeys,
    collector: usableConfig([HpkeConfig.decode(fromBase64Url(given.collector))]),
    aggregators: aggregators satisfies CallerProof,
    ...(collects && { collects }),
    defers: given.defers,
  };
}
