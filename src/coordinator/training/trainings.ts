// Trainings of this coordinator: begun from what an author wrote, driven round by round, stopped and taken back by an operator.
import type { TrainingAction, TrainingView } from "../../api/training.ts";
import { toBase64Url } from "../../base/bytes.ts";
import { isPacelineError } from "../../base/errors.ts";
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
import { atOnce, newestRound } from "./places.ts";
import { decodeState, encodeState, type RunState } from "./state.ts";
import { rollback, turn } from "./steer.ts";
import { viewOf } from "./view.ts";

export interface Trainings {
  /**
   * Checks everything that can be before anything is reserved, and publishes the rounds that it begins with. Once it is written down it
   * has begun: what any round meets from then on is in its view.
   */
  begin(training: unknown): Promise<TrainingView>;
  all(): Promise<readonly TrainingView[]>;
  one(run: string): Promise<TrainingView>;
  /**
   * Stopping, going on and taking back take effect whatever a round meets next, which is in the view. A step that is asked for
   * (`advance`) is taken, or refused with what keeps it.
   */
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
  /** What kept each from going on when it was driven last, here: each process that shares a database drives them. */
  const met = new Map<string, string>();

  /** One thing at a time for each training. */
  function inTurn<T>(run: string, work: () => Promise<T>): Promise<T> {
    const next = (running.get(run) ?? Promise.resolve()).catch(() => undefined).then(work);
    running.set(run, next);
    const done = () => running.get(run) === next && running.delete(run);
    next.then(done, done);
    return next;
  }

  async function driven(run: string): Promise<void> {
    try {
      await drive(driving, run);
      met.delete(run);
    } catch (error) {
      const what = isPacelineError(error) ? error.message : "a fault of this service, which its log has";
      met.set(run, `it is kept from its next step, and tries it again: ${what}`);
      throw error;
    }
  }

  /** Of what took effect already: whoever was told that it failed would ask for it again. */
  async function goOn(run: string): Promise<void> {
    await driven(run).catch((error: unknown) => {
      if (!isPacelineError(error)) throw error;
    });
  }

  const viewed = (run: string, state: string) => viewOf(driving, run, decodeState(state), met.get(run));
  const view = async (run: string) => await viewed(run, (await rowOf(parts, run)).state);

  return {
    async begin(json) {
      const draft = readDraft(json);
      const { operator, defaults } = settingOf(parts.terms, clock.now());
      const { training, weights, terms } = await completeTraining(draft, {
        ...{ crypto, operator, run: random(RUN_BYTES), today: defaults.today, registrar: registrarOf(parts) },
        ...{ now: Math.floor(clock.now() / 1000), roundSeconds: closesOf(parts.terms, 0) },
      });
      const { run } = training;
      const rounds = atOnce(training);
      if (training.sharing.kind === "masked") await masked.rehearse(run, training, terms, rounds);
      else await publisher.rehearse(run, roundTask(training, terms, operator.definitions), rounds);
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
      await inTurn(run, () => goOn(run));
      return await view(run);
    },
    async all() {
      const rows = await store.read((each) => each.trainings());
      return await Promise.all(rows.map(({ run, state }) => viewed(run, state)));
    },
    one: view,
    async steer(run, action) {
      await inTurn(run, async () => {
        if (action.action === "stop") return await turn(driving, run, "stopped");
        if (action.action === "resume") await turn(driving, run, "running");
        if (action.action === "rollback") await rollback(driving, run, action.to);
        await (action.action === "advance" ? driven(run) : goOn(run));
      });
      return await view(run);
    },
    async advanceAll() {
      const failed: string[] = [];
      for (const { run, state } of await store.read((each) => each.trainings())) {
        if (isDriven(decodeState(state)))
          await inTurn(run, () => driven(run)).catch((error: unknown) => void failed.push(`${run}: ${error}`));
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
