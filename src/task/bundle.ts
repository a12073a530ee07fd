// The release bundle: everything a stranger needs to check one release, without asking anyone. Canonical JSON, read only in
// that one form, so that there is no byte in it that may be another. verify/ says what follows from one.

import { canonicalJson, type Json } from "../base/canonical.ts";
import { fail } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import * as z from "../base/schema.ts";
import { envelopeSchema } from "./envelope.ts";

const base64url = z.string().check(z.regex(/^[A-Za-z0-9_-]*$/));
/** A key or a hash: 32 bytes. */
const bytes32 = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/));
const natural = z.int().check(z.gte(0));

const keys = z.array(z.strictObject({ attribute: z.string(), values: z.array(z.string()) }));
/** As much of a question as is compared with the manifest; its hash is of all of it. */
const questionSchema = z.looseObject({
  version: z.literal(2),
  groupBy: keys,
  window: z.strictObject({ end: z.string(), days: z.int() }),
  purpose: z.string(),
  minCohort: z.int(),
});

export const bundleSchema = z.strictObject({
  paceline: z.literal("release bundle"),
  version: z.literal(2),
  /** In canonical form: what the manifest's hash is of. Null for a training round, whose manifest says all. */
  question: z.nullable(questionSchema),
  /** The manifest's exact bytes and both signatures over them. */
  envelope: envelopeSchema,
  /** Ed25519, base64url: what the signatures verify under. Whose they are, a bundle cannot say. */
  keys: z.strictObject({ register: bytes32, helper: bytes32 }),
  /** The coordinator's ledger event that paid, with amounts in nano-rho. */
  debit: z.strictObject({
    /** Unix milliseconds. */
    at: natural,
    rho: z.string().check(z.regex(/^[1-9][0-9]{0,18}$/)),
    epochs: z.array(z.string().check(z.maxLength(8))).check(z.maxLength(200)),
    mechanism: z.string().check(z.maxLength(1000)),
  }),
  /** The exact bytes of the released document. */
  release: base64url,
  /** Where the coordinator's audit log has it. Leaf and root follow from the rest. */
  log: z.strictObject({
    index: natural,
    size: natural,
    /** Audit path, from the leaf up. */
    proof: z.array(bytes32).check(z.maxLength(53)),
    /** Of the coordinator over the checkpoint of this size. */
    signature: base64url,
  }),
});
export type Bundle = z.infer<typeof bundleSchema>;

/** The one text of a bundle; of a masked round's too (task/masked/bundle.ts). */
export function encodeBundle<B extends Pick<Bundle, "debit" | "release" | "log">>(bundle: B): string {
  return canonicalJson(bundle as unknown as Json);
}

/** @throws PacelineError invalid_message also when it is a bundle in any form but the one that was written */
export function decodeBundle(text: string): Bundle {
  const json = parseJson(text, "the bundle");
  const parsed = z.safeParse(bundleSchema, json);
  if (!parsed.success) {
    const other = otherThan(json);
    if (other !== undefined)
      fail("invalid_message", `this is no release bundle but ${other}`, {
        hint: "A coordinator hands bundles out at GET /v1/tasks/{task}/bundle, to its analysts.",
      });
    const issue = parsed.error.issues[0];
    fail("invalid_message", `the bundle's ${issue?.path.join(".") || "shape"} is wrong: ${issue?.message ?? ""}`);
  }
  if (encodeBundle(parsed.data) !== text)
    fail("invalid_message", "the bundle is not in its canonical form", {
      hint: "Verify the bytes as they were handed out: without a line's end added, and never printed anew.",
    });
  return parsed.data;
}

const problem = z.looseObject({ type: z.string(), title: z.string(), status: z.int() });
const marked = z.looseObject({ paceline: z.string() });
const released = z.looseObject({ task: z.string(), values: z.array(z.unknown()) });
const wrapped = z.looseObject({ release: z.string() });

/** What a document is that is none of these; undefined for a bundle with something wrong in it. */
function otherThan(json: unknown): string | undefined {
  const refusal = z.safeParse(problem, json);
  if (refusal.success) return `a service's refusal, ${refusal.data.status}: ${refusal.data.title}`;
  if (z.safeParse(marked, json).success) return undefined;
  if (z.safeParse(released, json).success) return "a release alone, without what proves it";
  if (z.safeParse(wrapped, json).success) return "the answer of a service with a release alone in it";
  return "another document: it has no field that says what it is";
}
