// A round of a training whose noise is correlated over its rounds: what this aggregator keeps from one to the next goes on by one
// step, in the transaction that draws the round's noise and writes its noised share. So no noise is in two releases, a sum is in no
// two streams, and whoever dies in between has done neither.
import { fail } from "../base/errors.ts";
import { elementsOf } from "./elements.ts";
import {
  decodeShareStream,
  encodeShareStream,
  newShareStream,
  type ShareStream,
  stepShareStream,
} from "./share-stream.ts";
import type { AggregateRows } from "./store.ts";
import type { AggregateTask } from "./task.ts";

export interface StandingStream {
  /**
   * Writes the stream as it is after the round.
   * @param sum this aggregator's share of the round's sum @param drawn the round's noise, one integer a row
   * @returns this aggregator's share of what is released
   */
  step(sum: readonly bigint[], drawn: readonly bigint[]): Promise<Uint8Array>;
}

/**
 * Of a task that is the very next round of its training's stream here.
 * @returns undefined for a task by itself @throws PacelineError conflict for any other round, or a stream that is over
 */
export async function standingStream(rows: AggregateRows, task: AggregateTask): Promise<StandingStream | undefined> {
  const { stream, manifest } = task;
  if (stream === undefined) return undefined;
  const { key, plan, bits, until } = stream;
  const row = await rows.stream(key);
  await refuseOtherRound(rows, task);
  const field = elementsOf(manifest.vdaf);
  const words = manifest.map.columns;
  const before: ShareStream = row?.state == null ? newShareStream : decodeShareStream(row.state, plan, bits, words);
  return {
    async step(sum, drawn) {
      const next = stepShareStream(plan, bits, before, field.encode(sum), drawn);
      const { round } = next.stream;
      // After the last round nothing is needed of the sums.
      const state = round < plan.rounds ? encodeShareStream(next.stream) : null;
      await rows.putStream({ task: key, round, until, state });
      return next.released;
    },
  };
}

/** @throws PacelineError conflict unless the task is the next round of its training's stream here */
export async function refuseOtherRound(rows: Pick<AggregateRows, "stream">, { stream }: Pick<AggregateTask, "stream">) {
  if (stream === undefined) return;
  const row = await rows.stream(stream.key);
  const next = row?.round ?? 0;
  if (next !== stream.round)
    fail("conflict", `the training's noise goes on with round ${next + 1} here, this is round ${stream.round + 1}`, {
      hint: "Rounds come one after the other. Where the services' do not fit any more, begin another training.",
    });
  if (row !== undefined && row.state === null)
    fail("conflict", "the training's noise stream has ended here: its time is over, or its ledger was acknowledged", {
      hint: "Begin another training. What this one cost stays spent.",
    });
}
