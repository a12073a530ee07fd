// The routes of trainings: an analyst begins, follows, stops and takes them back; anyone reads their models.
import * as z from "../base/schema.ts";

const run = z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/));
const metric = z.strictObject({ accuracy: z.number(), noiseSd: z.number() });

const counts = z.array(z.number());
const scores = z.strictObject({ ends: counts, not: counts, came: counts, noiseSd: z.number() });

const closedRound = z.strictObject({
  number: z.int(),
  /** base64url of the task id: its release, bundle and audit are those of any task. */
  task: z.string(),
  /** Hash of the model that the round began with. */
  model: z.string(),
  rho: z.string(),
  clip: z.number(),
  /** L2 distance, in model units, that the server moved the model; and whether the training's own limit held it back. */
  moved: z.number(),
  held: z.boolean(),
  /** How the round's model did on the members who are held out: noised. Null where nobody is. */
  metric: z.nullable(metric),
  /** Held-out members by the probability that the round's model gave, and by what became of them: noised. */
  scores: z.optional(z.nullable(scores)),
  /** Where rounds overlap: server steps between the model that the round began with and the one that it moved. */
  behind: z.optional(z.int()),
  /** What followed. */
  decision: z.enum(["continue", "rollback", "stop"]),
  because: z.nullable(z.string()),
});
export type ClosedRound = z.infer<typeof closedRound>;

const abandonedRound = z.strictObject({ number: z.int(), task: z.string(), rho: z.string() });
export type AbandonedRound = z.infer<typeof abandonedRound>;

const openRound = {
  number: z.int(),
  task: z.nullable(z.string()),
  /** How often this round was asked before, without a quorum. */
  attempts: z.int(),
  /** Of the quorum, in coarse steps: exact counts are nobody's business. */
  reports: z.enum(["none", "some", "half", "most", "enough"]),
  closes: z.nullable(z.number()),
  /** Of a masked round: whether members join it, which stage waits for them (reports are of this stage), or how it ended. */
  stage: z.nullable(z.string()),
};
const openRoundSchema = z.strictObject(openRound);
export type OpenRoundView = z.infer<typeof openRoundSchema>;

export const trainingPhases = ["running", "stopped", "stalled", "ended"] as const;

export const trainingView = z.strictObject({
  run,
  name: z.string(),
  title: z.string(),
  /** Who must not collude: coordinator and helper, or coordinator and registrar with a part of the members. */
  trustMode: z.enum(["two-aggregators", "one-coordinator"]),
  /** stalled: rounds stayed below their quorum; ended: all rounds are done, or the training's own rules ended it. */
  phase: z.enum(trainingPhases),
  /** Why it runs no more; or, while it runs, what keeps it from its next step, which it tries again. */
  because: z.nullable(z.string()),
  /** Of the round that is open, or comes next; of several that are open the one that was asked first. */
  round: z.strictObject({ ...openRound, of: z.int() }),
  /** Where rounds overlap. */
  overlap: z.optional(
    z.strictObject({
      /** Rounds that may be open at one time. */
      most: z.int(),
      /** Releases that the newest model is made of, on its line. */
      steps: z.int(),
      /** In the order in which they were asked, each with the releases that its model is made of. */
      open: z.array(z.strictObject({ ...openRound, begun: z.int() })),
    }),
  ),
  parameters: z.int(),
  /** Where noise is correlated over the rounds: `rhoSpent` is then of all of them, from the first one on. */
  stream: z.optional(
    z.strictObject({
      /** A member takes part in one round of so many. */
      separation: z.int(),
      /** Each aggregator keeps its shares of the sums of so many rounds, less one. */
      bands: z.int(),
      /** Unix seconds: no round takes reports from then on. */
      until: z.int(),
    }),
  ),
  rollbacks: z.int(),
  /** zCDP of all rounds that were asked, of one aggregator's noise. */
  rhoSpent: z.string(),
  rounds: z.array(closedRound),
  /** Rounds that were asked and came to nothing: taken back by an operator, or without a quorum. Closed for ever; paid for. */
  abandoned: z.array(abandonedRound),
});
export type TrainingView = z.infer<typeof trainingView>;

const actions = z.discriminatedUnion("action", [
  /** Closes the open round if it can be, and asks the next one; the coordinator does so by itself every few seconds. */
  z.strictObject({ action: z.literal("advance") }),
  z.strictObject({ action: z.literal("stop") }),
  z.strictObject({ action: z.literal("resume") }),
  /** Back to the model with which a closed round began. */
  z.strictObject({ action: z.literal("rollback"), to: z.int().check(z.gte(1)) }),
]);
export type TrainingAction = z.infer<typeof actions>;

export const trainingRoutes = {
  train: {
    method: "POST",
    path: "/v1/training",
    summary: "Begin a training: its first round is published as a task",
    caller: "analyst",
    request: z.strictObject({ training: z.unknown() }),
    response: trainingView,
  },
  trainings: {
    method: "GET",
    path: "/v1/training",
    summary: "All trainings, in the order in which they began",
    caller: "analyst",
    response: z.strictObject({ trainings: z.array(trainingView) }),
  },
  training: {
    method: "GET",
    path: "/v1/training/{run}",
    summary: "A training as it stands, with its closed rounds",
    caller: "analyst",
    response: trainingView,
  },
  steer: {
    method: "POST",
    path: "/v1/training/{run}",
    summary: "Advance, stop or resume a training, or take it back to an earlier model",
    caller: "analyst",
    request: actions,
    response: trainingView,
  },
  model: {
    method: "GET",
    path: "/v1/training/{run}/model",
    summary: "The model as it stands after the last closed round, with the training it came from",
    caller: "anyone",
    response: z.strictObject({ model: z.string() }),
  },
} as const;
