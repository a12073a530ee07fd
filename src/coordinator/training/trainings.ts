// Trainings of this coordinator: begun from what an author wrote, driven round by round, stopped and taken back by an operator.
import type { TrainingAction, TrainingView } from "../../api/training.ts";
import { toBase64Url } from "../../base/bytes.ts";
import { readDraft, rhoOf } from "../../learning/plan/training/draft.ts";
import { encodeModel } from "../../learning/plan/training/model.ts";
import { weightsBytes, weightsFromBytes } from "../../learning/plan/weights.ts";
import { newHistory } from "../../learning/server/decisions/history.ts";
import { startOptimiser } from "../../learning/server/optimisers/index.ts";
import { completeTraining } from "../../learning/server/rounds/complete.ts";
import { roundTask } from "../../learning/server/rounds/task.ts";
import { encodeMemory } from "../../learning/server/stream/memory.ts";
import { closesOf } from "../publish.ts";
import { settingOf } from "../setting.ts";
import { drive, isDriven } from "./drive.ts";
import { type Driving, rowOf, storedModel } from "./follow.ts";
import { newestRound } from "./places.ts";
import { decodeState, encodeState, type RunState } from "./state.ts";
import { rollback, turn } from "./steer.ts";
import { viewOf } from "./view.ts";

export interface Trainings {
  /** Checks everything that can be before anything is reserved, and publishes the first round. */
  begin(training: unknown): Promise<TrainingView>;
  all(): Promise<readonly TrainingView[]>;
  one(run: string): Promise<TrainingView>;
  steer(run: string, action: TrainingAction): Promise<TrainingView>;
  /** Takes every running training as far as it goes now; what fails is tried at the next call. @returns what failed */
  advanceAll(): Promise<readonly string[]>;
  /** A document that clients score with. */
  model(run: string): Promise<string>;
  weights(hash: string): Promise<Uint8Array>;
}

const RUN_BYTES = 16;

export function newTrainings(driving: Driving, random: (length: number) => Uint8Array): Trainings {
  const { parts, publisher, masked } = driving;
  const { store, crypto, clock } = parts;
  const running = new Map<string, Promise<unknown>>();

  /** One thing at a time for each training. */
  function inTurn<T>(run: string, work: () => Promise<T>): Promise<T> {
    const next = (running.get(run) ?? Promise.resolve()).catch(() => undefined).then(work);
    running.set(run, next);
    const done = () => running.get(run) === next && running.delete(run);
    next.then(done, done);
    return next;
  }

  const view = async (run: string) => await viewOf(driving, run, decodeState((await rowOf(parts, run)).state));

  return {
    async begin(json) {
      const draft = readDraft(json);
      const { operator, defaults } = settingOf(parts.terms, clock.now());
      const { training, weights, terms } = await completeTraining(draft, {
        ...{ crypto, operator, run: random(RUN_BYTES), today: defaults.today, registrar: registrarOf(parts) },
        ...{ now: Math.floor(clock.now() / 1000), roundSeconds: closesOf(parts.terms, 0) },
      });
      const { run } = training;
      if (training.sharing.kind === "masked") await masked.rehearse(run, training, terms);
      else await publisher.rehearse(run, roundTask(training, terms, operator.definitions));
      const state: RunState = {
        ...{ version: 2, phase: "running", because: null, training, open: [], again: [], given: 0 },
        terms: { rho: rhoOf(draft), minBatch: terms.minBatch, end: terms.end },
        ...{ line: [training.weights], history: newHistory, rounds: [], spent: "0", abandoned: [], untold: [] },
      };
      const memory = { optimiser: startOptimiser(training.optimiser, weights.length), decoded: [] };
      const optimiser = encodeMemory(training, memory);
      await store.transaction(async (rows) => {
        await rows.putModel(training.weights, weightsBytes(weights));
        await rows.putTraining({ run, state: encodeState(state), optimiser });
      });
      parts.passing("coordinator:training-begun");
      await inTurn(run, () => drive(driving, run));
      return await view(run);
    },
    async all() {
      const rows = await store.read((each) => each.trainings());
      return await Promise.all(rows.map(({ run, state }) => viewOf(driving, run, decodeState(state))));
    },
    one: view,
    async steer(run, action) {
      await inTurn(run, async () => {
        if (action.action === "stop") return await turn(driving, run, "stopped");
        if (action.action === "resume") await turn(driving, run, "running");
        if (action.action === "rollback") await rollback(driving, run, action.to);
        await drive(driving, run);
      });
      return await view(run);
    },
    async advanceAll() {
      const failed: string[] = [];
      for (const { run, state } of await store.read((each) => each.trainings())) {
        if (isDriven(decodeState(state)))
          await inTurn(run, () => drive(driving, run)).catch((error: unknown) => void failed.push(`${run}: ${error}`));
      }
      return failed;
    },
    async model(run) {
      const training = await newestRound(crypto, decodeState((await rowOf(parts, run)).state));
      return encodeModel({ training, weights: weightsFromBytes(await storedModel(parts, training.weights)) });
    },
    weights: (hash) => storedModel(parts, hash),
  };
}

/** As a training names it; undefined where there is none, or no keystream to take masks off with. */
function registrarOf({ terms: { registrar }, keystream }: Driving["parts"]) {
  if (registrar === undefined || keystream === undefined) return undefined;
  return { url: registrar.url, key: toBase64Url(registrar.key) };
}
