// When a training goes back to an earlier model and when it ends before its last round: rules that its plan fixes in advance. They read
// noised metrics only, so following them costs no privacy.
import * as z from "../../base/schema.ts";

const rounds = z.int().check(z.gte(1), z.lte(100));
/** Standard deviations of the noise that a difference must exceed. */
const certainty = z.number().check(z.gte(0), z.lte(10));

export const decisionRulesSchema = z.strictObject({
  /** Back to the best model, when so many evaluations in a row are below it by more than noise makes likely. */
  rollback: z.optional(z.strictObject({ certainty, patience: rounds, most: z.int().check(z.gte(0), z.lte(100)) })),
  /** The end, when the last `patience` evaluations are not better than those before by `gain`, and noise does not hide it. */
  stop: z.optional(z.strictObject({ certainty, patience: rounds, gain: z.number().check(z.gte(0), z.lte(1)) })),
});

export type DecisionRules = z.infer<typeof decisionRulesSchema>;
