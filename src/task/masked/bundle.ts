// The bundle of a masked round's release: what a stranger needs to check it, without asking anyone. Canonical JSON, read only in
// that one form, as the bundle of a task (task/bundle.ts), and in a document of its own.
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import * as z from "../../base/schema.ts";
import { bundleSchema, encodeBundle } from "../bundle.ts";
import { maskedEnvelopeSchema } from "./envelope.ts";
import { MASKED_BUNDLE } from "./mark.ts";

const { debit, release, log, keys } = bundleSchema.shape;

export const maskedBundleSchema = z.strictObject({
  paceline: z.literal(MASKED_BUNDLE),
  version: z.literal(1),
  /** The manifest's exact bytes and both signatures over them. */
  envelope: maskedEnvelopeSchema,
  /** Ed25519, base64url: what the signatures verify under. Whose they are, a bundle cannot say. */
  keys: z.strictObject({ register: keys.shape.register, registrar: keys.shape.helper }),
  ...{ debit, release, log },
});
export type MaskedBundle = z.infer<typeof maskedBundleSchema>;

/** @throws PacelineError invalid_message also when it is a bundle in any form but the one that was written */
export function decodeMaskedBundle(text: string): MaskedBundle {
  const parsed = z.safeParse(maskedBundleSchema, parseJson(text, "the bundle"));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return fail(
      "invalid_message",
      `the bundle's ${issue?.path.join(".") || "shape"} is wrong: ${issue?.message ?? ""}`,
    );
  }
  if (encodeBundle(parsed.data) !== text)
    fail("invalid_message", "the bundle is not in its canonical form", {
      hint: "Verify the bytes as they were handed out: without a line's end added, and never printed anew.",
    });
  return parsed.data;
}
