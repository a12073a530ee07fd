// Noise that is correlated over the rounds of a training, as its plan states it: the factor, in whole numbers, and how far apart a
// member's rounds are. Sensitivity and price of the whole stream are computed from these numbers by every party for itself
// (`privacy/factorisation`), however they were found.
import * as z from "../../base/schema.ts";

export const streamSchema = z.strictObject({
  rounds: z.int().check(z.gte(1), z.lte(4096)),
  /** A member takes part in one of so many rounds. */
  separation: z.int().check(z.gte(1), z.lte(4096)),
  /** From the diagonal on; whole numbers that do not rise. */
  coefficients: z.array(z.int().check(z.gte(0), z.lte(2 ** 16))).check(z.minLength(1), z.maxLength(64)),
});

export type StreamPlan = z.infer<typeof streamSchema>;
