// What will be read off the released parts: public, in the manifest, free of cost. Members see what they answer, and whoever
// reads the release computes these and nothing needs to be guessed.

import { fail } from "../base/errors.ts";
import * as z from "../base/schema.ts";
import type { Part } from "./encoders/kinds.ts";

const part = z.int().check(z.gte(0), z.lte(15));

export const answerSchema = z.discriminatedUnion("statistic", [
  z.strictObject({ statistic: z.literal("count"), part }),
  z.strictObject({ statistic: z.literal("mean"), part }),
  z.strictObject({ statistic: z.literal("sum"), part }),
  z.strictObject({ statistic: z.literal("stddev"), part }),
  z.strictObject({ statistic: z.literal("histogram"), part }),
  z.strictObject({
    statistic: z.literal("quantile"),
    part,
    levels: z.array(z.number().check(z.gt(0), z.lt(1))).check(z.minLength(1), z.maxLength(9)),
  }),
  z.strictObject({ statistic: z.literal("share"), part, atLeast: z.number() }),
  z.strictObject({ statistic: z.literal("top"), part, limit: z.int().check(z.gte(1), z.lte(256)) }),
  z.strictObject({ statistic: z.literal("correlation"), part }),
  z.strictObject({ statistic: z.literal("slope"), part }),
]);
export type Answer = z.infer<typeof answerSchema>;

const readable: Readonly<Record<Answer["statistic"], readonly Part["kind"][]>> = {
  count: ["histogram", "category"],
  mean: ["histogram", "moments"],
  sum: ["moments"],
  stddev: ["histogram"],
  histogram: ["histogram"],
  quantile: ["histogram"],
  share: ["histogram"],
  top: ["category", "events"],
  correlation: ["moments"],
  slope: ["moments"],
};

/** A mean's interval reads the spread and skewness of the values, those of two values the spread of their products. */
const momentsFor = {
  sum: { values: 1, order: 1 },
  mean: { values: 1, order: 3 },
  correlation: { values: 2, order: 4 },
  slope: { values: 2, order: 4 },
} as const;

/** @throws PacelineError invalid_query when an answer cannot be read off its part, or a part has no answer */
export function checkAnswers(answers: readonly Answer[], parts: readonly Part[]): void {
  for (const answer of answers) {
    const why = answerFault(answer, parts[answer.part]);
    if (why !== undefined) fail("invalid_query", `answer ${answers.indexOf(answer) + 1}: ${why}`);
  }
  if (new Set(answers.map((answer) => answer.part)).size !== parts.length)
    fail("invalid_query", "a part has no answer");
}

function answerFault(answer: Answer, part: Part | undefined): string | undefined {
  const { statistic } = answer;
  if (part === undefined) return `there is no part ${answer.part + 1} to read a ${statistic} off`;
  if (!readable[statistic].includes(part.kind)) return `no ${statistic} can be read off a ${part.kind} part`;
  if (answer.statistic === "share" && part.kind === "histogram" && !part.edges.slice(1, -1).includes(answer.atLeast))
    return `${answer.atLeast} is no edge between two bins`;
  if (part.kind !== "moments") return undefined;
  const needed = momentsFor[statistic as keyof typeof momentsFor];
  if (part.values.length === needed.values && part.order >= needed.order) return undefined;
  return `a ${statistic} needs moments of ${needed.values === 1 ? "one value" : "two values"}, up to order ${needed.order}`;
}
