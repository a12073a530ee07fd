// A training's row, and how one state follows another: in one transaction with all that belongs to it.
import { fail } from "../../base/errors.ts";
import type { TrainingRow } from "../../release/store.ts";
import type { ReleaseBytes } from "../../task/stages.ts";
import type { MaskedRounds } from "../masked/rounds.ts";
import type { CoordinatorParts } from "../parts.ts";
import type { Publisher } from "../publish.ts";
import { closeForEver, type Rows } from "./abandon.ts";
import { encodeState, type RunState } from "./state.ts";

export interface Driving {
  readonly parts: CoordinatorParts;
  readonly publisher: Publisher;
  /** Rounds that this coordinator sums alone. */
  readonly masked: MaskedRounds;
  /** Closes, collects and settles a task. */
  collect(task: Uint8Array): Promise<ReleaseBytes>;
}

export async function rowOf({ store }: Pick<CoordinatorParts, "store">, run: string): Promise<TrainingRow> {
  return (await store.read((rows) => rows.training(run))) ?? fail("not_found", "there is no such training");
}

export async function storedModel({ store }: Pick<CoordinatorParts, "store">, hash: string): Promise<Uint8Array> {
  return (await store.read((rows) => rows.model(hash))) ?? fail("not_found", "there is no such model, or no more");
}

/** What is written with a training's next state. */
interface Following {
  readonly model?: { readonly bytes: Uint8Array; readonly optimiser: Uint8Array; readonly forget: readonly string[] };
  /** Tasks that came to nothing. */
  readonly abandon?: readonly Uint8Array[];
  /** What has to hold as it is written. */
  readonly check?: ((rows: Rows) => Promise<void>) | undefined;
}

/** Writes the state that follows, unless another step was faster. */
export async function follow(
  { store, clock }: Pick<CoordinatorParts, "store" | "clock">,
  row: TrainingRow,
  next: RunState,
  { model, abandon = [], check }: Following = {},
): Promise<true> {
  await store.transaction(async (rows) => {
    const current = await rows.training(row.run);
    if (current?.state !== row.state) fail("conflict", "the training went on meanwhile");
    await check?.(rows);
    if (model !== undefined) {
      await rows.putModel(next.training.weights, model.bytes);
      for (const hash of model.forget) await rows.dropModel(hash);
    }
    for (const task of abandon) await closeForEver(rows, task, Math.floor(clock.now() / 1000));
    await rows.putTraining({ run: row.run, state: encodeState(next), optimiser: model?.optimiser ?? row.optimiser });
  });
  return true;
}
