// The shape of the official vector files (draft-irtf-cfrg-vdaf, appendix C). What does not fit is a failure with its reason.
import { z } from "zod";
import { fromHex } from "../../src/base/bytes.ts";

const hex = z
  .string()
  .regex(/^([0-9a-f]{2})*$/, "not bytes in lower-case hexadecimal")
  .transform(fromHex);
const index = z.int().min(0);
const success = z.boolean();

const operation = z.discriminatedUnion("operation", [
  z.object({ operation: z.literal("shard"), report_index: index, success }),
  z.object({ operation: z.literal("verify_init"), report_index: index, aggregator_id: index, success }),
  z.object({
    operation: z.literal("verifier_shares_to_message"),
    report_index: index,
    round: z.literal(0).optional(),
    success,
  }),
  z.object({
    operation: z.literal("verify_next"),
    report_index: index,
    aggregator_id: index,
    round: z.literal(1).optional(),
    success,
  }),
  z.object({ operation: z.literal("aggregate"), aggregator_id: index, success }),
  z.object({ operation: z.literal("unshard"), success }),
]);

const report = z.object({
  measurement: z.unknown(),
  nonce: hex,
  rand: hex,
  public_share: hex,
  input_shares: z.array(hex),
  /** By round, of which Prio3 has one, then by aggregator. */
  verifier_shares: z.array(z.array(hex)).max(1),
  verifier_messages: z.array(hex).max(1),
  out_shares: z.array(hex),
});

export const prio3File = z.object({
  ctx: hex,
  verify_key: hex,
  agg_param: z.literal("").optional(),
  shares: z.int(),
  length: z.int().optional(),
  chunk_length: z.int().optional(),
  max_measurement: z.int().optional(),
  max_weight: z.int().optional(),
  max_value: z.int().optional(),
  field: z.enum(["Field64", "Field128"]).optional(),
  proofs: z.int().optional(),
  num_proofs: z.int().optional(),
  degree: z.int().optional(),
  gadget_calls: z.int().optional(),
  reports: z.array(report).min(1),
  agg_shares: z.array(hex),
  agg_result: z.union([z.int(), z.array(z.int()), z.null()]),
  operations: z.array(operation).min(1),
});

export const xofFile = z.object({
  seed: hex,
  dst: hex,
  binder: hex,
  length: z.int().min(1),
  derived_seed: hex,
  expanded_vec_field128: hex,
});

export type Operation = z.infer<typeof operation>;
export type Report = z.infer<typeof report>;
export type Prio3File = z.infer<typeof prio3File>;
export type XofFile = z.infer<typeof xofFile>;

/** @throws Error with every place that does not fit */
export function parse<T>(schema: z.ZodType<T>, json: unknown): T {
  const { data, error } = schema.safeParse(json);
  if (error !== undefined)
    throw new Error(error.issues.map(({ path, message }) => `${path.join(".") || "the file"}: ${message}`).join("; "));
  return data as T;
}
