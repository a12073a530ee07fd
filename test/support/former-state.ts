// A training's row as the coordinator wrote it before rounds could overlap, of one that stands as it does now.
import { canonicalJson, type Json } from "../../src/base/canonical.ts";
import { newestRound } from "../../src/coordinator/training/places.ts";
import { decodeState, type RunState } from "../../src/coordinator/training/state.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import type { Cluster } from "./cluster.ts";

/** `training` was of the round that is open, or comes next. */
export async function formerState(state: RunState): Promise<string> {
  const { open, again, ...rest } = state;
  const [round] = open;
  if (open.length > 1 || (round !== undefined && again.length > 0))
    throw new Error("no such training was there before");
  const training = round?.training ?? (await newestRound(nodeCrypto, state));
  const { task, attempts } = round ?? { task: null, attempts: 0 };
  return canonicalJson({ ...rest, version: 1, training, task, attempts } as unknown as Json);
}

/** As if the coordinator that wrote the rows had been the former one. @returns how many rows it rewrote */
export async function putBack({ coordinatorStore }: Pick<Cluster, "coordinatorStore">): Promise<number> {
  const trainings = await coordinatorStore.read((rows) => rows.trainings());
  for (const row of trainings) {
    const state = await formerState(decodeState(row.state));
    await coordinatorStore.transaction((rows) => rows.putTraining({ ...row, state }));
  }
  return trainings.length;
}
