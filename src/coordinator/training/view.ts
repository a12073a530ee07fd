// A training as its analyst sees it.
import type { OpenRoundView, TrainingView } from "../../api/training.ts";
import { fromBase64Url } from "../../base/bytes.ts";
import { checkArchitecture } from "../../learning/plan/architecture.ts";
import type { TrainingStream } from "../../learning/plan/stream.ts";
import { stepsOf } from "../../learning/plan/training/overlap.ts";
import { decodeManifestHead } from "../../task/manifest.ts";
import { stepOf } from "../analyst.ts";
import { decimal } from "../budget.ts";
import type { Driving } from "./follow.ts";
import { nextNumber } from "./places.ts";
import type { OpenRound, RunState } from "./state.ts";

/** @param met what keeps it from its next step, if anything does */
export async function viewOf(driving: Driving, run: string, state: RunState, met?: string): Promise<TrainingView> {
  const { training, phase, rounds, spent, abandoned, open, line } = state;
  const { of } = training.round;
  const because = state.because ?? met ?? null;
  const shown = await Promise.all(open.map((round) => openView(driving, state, round)));
  const next = nextNumber(state) ?? { number: of, attempts: 0 };
  const first = shown[0] ?? { ...next, task: null, ...unasked };
  return {
    ...{ run, name: training.name, title: training.title, phase, because },
    trustMode: training.sharing.kind === "masked" ? "one-coordinator" : "two-aggregators",
    round: { ...first, of },
    ...(training.overlap && {
      overlap: {
        most: training.overlap.most,
        steps: line.length - 1,
        open: shown.map((round, i) => ({ ...round, begun: stepsOf((open[i] as OpenRound).training) })),
      },
    }),
    parameters: checkArchitecture(training.architecture).parameters,
    rollbacks: training.round.rollbacks,
    rhoSpent: decimal(BigInt(spent)),
    rounds: [...rounds],
    abandoned: [...abandoned],
    ...(training.stream && { stream: streamView(training.stream) }),
  };
}

const unasked = { reports: "none", closes: null, stage: null } as const;

async function openView(
  driving: Driving,
  state: RunState,
  { task, attempts, training }: OpenRound,
): Promise<OpenRoundView> {
  const { number } = training.round;
  const id = task === null ? undefined : fromBase64Url(task);
  const isMasked = training.sharing.kind === "masked";
  const reached = id && (isMasked ? await maskedRoundView(driving, state, id) : await roundView(driving.parts, id));
  return { ...{ number, task, attempts }, ...unasked, ...reached };
}

const streamView = ({ separation, coefficients, until }: TrainingStream) => ({
  ...{ separation, bands: coefficients.length, until },
});

/** What is told of how many have answered is of the stage that waits. */
async function maskedRoundView({ masked }: Driving, { terms }: RunState, task: Uint8Array) {
  const row = await masked.outcome(task);
  const { stage, answered } = await masked.progress(row);
  return { reports: stepOf(answered, terms.minBatch), closes: row.ends, stage };
}

async function roundView({ store }: Driving["parts"], task: Uint8Array) {
  return await store.read(async (rows) => {
    const query = await rows.queryOfTask(task);
    if (query === undefined) return undefined;
    const { minBatch } = decodeManifestHead(query.manifest);
    return { reports: stepOf(await rows.reportCount(task, minBatch), minBatch), closes: query.closes };
  });
}
