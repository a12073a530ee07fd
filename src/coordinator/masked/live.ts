// Masked rounds as they run in this process: each is what its opening and the entries in the store make of it, and nothing else. An
// entry is taken first and written before anyone is answered; who was killed in between, or came second, runs it again from the store.
import { toHex } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { decodeTraining } from "../../learning/plan/training/manifest.ts";
import type { Store } from "../../ports/store.ts";
import {
  type SecureAggregationCoordinator,
  secureAggregationCoordinator,
} from "../../protocol/secagg/coordinator/coordinator.ts";
import type { CoordinatorPorts } from "../../protocol/secagg/coordinator/stages.ts";
import { isOwnTrouble } from "../../protocol/secagg/own-trouble.ts";
import { Opening } from "../../protocol/secagg/terms.ts";
import type { MaskedRow, ReleaseRows } from "../../release/store.ts";
import { decodeMaskedManifest } from "../../task/masked/manifest.ts";

export interface Live {
  readonly machine: SecureAggregationCoordinator;
  /** Places in the roster, by key in hex. */
  readonly places: ReadonlyMap<string, number>;
}

export interface LiveRounds {
  /** Of a round that is kept here: its row as it was opened. Whether it is open still, `at` says. */
  opened(task: Uint8Array): MaskedRow | undefined;
  /** As far as the store has it; undefined when the round is not open any more, whatever the row said, and nothing of it is kept then. */
  at(row: MaskedRow): Promise<Live | undefined>;
  /**
   * Takes a member's message, or closes a stage whose time is over, and writes it down.
   * @param read the round as `at` has just told it, which is asked otherwise
   * @throws PacelineError as the coordinator's machine does; conflict when the round is over
   */
  take(row: MaskedRow, message: Uint8Array | null, now: number, read?: Live): Promise<Live>;
  forget(task: Uint8Array): void;
  /** Of all others nothing is kept: another process has ended them. */
  keepOnly(tasks: readonly Uint8Array[]): void;
}

interface Kept extends Live {
  readonly row: MaskedRow;
  /** Sequence of the last entry that it has taken. */
  applied: number;
}

/** Entries read at a time: each may be a vector of 4 MiB. */
const PAGE = 8;
/** How often another process may be faster before a member is told to come again. */
const RACES_MAX = 8;

export function newLiveRounds(store: Store<ReleaseRows>, ports: CoordinatorPorts, written: () => void): LiveRounds {
  const rounds = new Map<string, Kept>();
  const forget = (task: Uint8Array) => void rounds.delete(toHex(task));

  async function at(row: MaskedRow): Promise<Kept | undefined> {
    const kept = rounds.get(toHex(row.task)) ?? (await begin(row));
    try {
      for (;;) {
        // In one snapshot: what another process has ended has no entries, and looks as if it had just been opened.
        const entries = await store.read(async (rows) =>
          (await rows.maskedState(row.task)) === "open"
            ? await rows.maskedEntries(row.task, kept.applied, PAGE)
            : undefined,
        );
        if (entries === undefined) {
          forget(row.task);
          return undefined;
        }
        for (const { sequence, at: when, message } of entries) {
          if (sequence !== kept.applied + 1) fail("internal", "a masked round's entries have no gaps");
          if (message === null) await kept.machine.tick(when);
          else await kept.machine.receive(message, when);
          kept.applied = sequence;
        }
        if (entries.length < PAGE) return kept;
      }
    } catch (error) {
      forget(row.task);
      throw error;
    }
  }

  async function begin(row: MaskedRow): Promise<Kept> {
    const { task, manifest, opening, opened } = row;
    if (opening === null || opened === null) return fail("internal", "an open round has its opening");
    const { sharing } = decodeTraining(decodeMaskedManifest(manifest).source.training);
    if (sharing.kind !== "masked") return fail("internal", "a masked round's training is masked");
    const machine = await secureAggregationCoordinator(ports, opening, sharing.stageSeconds * 1000, opened);
    const places = new Map(Opening.decode(opening).roster.map((key, index) => [toHex(key), index]));
    const kept = { row, machine, places, applied: 0 };
    rounds.set(toHex(task), kept);
    return kept;
  }

  /** @returns whether it was new, and is in the store now; undefined when another process was faster */
  async function taken(row: MaskedRow, kept: Kept, message: Uint8Array | null, now: number) {
    try {
      if (message === null) await kept.machine.tick(now);
      else if (!(await kept.machine.receive(message, now))) return false;
    } catch (error) {
      // What is refused has changed nothing. What could not be worked on may have been taken, and is in no store.
      if (isOwnTrouble(error)) forget(row.task);
      throw error;
    }
    try {
      const entry = { sequence: kept.applied + 1, at: now, message };
      const added = await store.transaction(async (rows) => {
        if ((await rows.maskedState(row.task)) !== "open") fail("conflict", "the round is over");
        return await rows.addMaskedEntry(row.task, entry);
      });
      if (!added) forget(row.task);
      else kept.applied = entry.sequence;
      return added ? true : undefined;
    } catch (error) {
      forget(row.task);
      throw error;
    }
  }

  return {
    opened: (task) => rounds.get(toHex(task))?.row,
    at,
    forget,
    keepOnly(tasks) {
      const names = new Set(tasks.map(toHex));
      for (const name of rounds.keys()) if (!names.has(name)) rounds.delete(name);
    },
    async take(row, message, now, read) {
      for (let race = 0; race < RACES_MAX; race++) {
        const known = rounds.get(toHex(row.task));
        const current = race === 0 && known !== undefined && known === read;
        const kept = current ? known : ((await at(row)) ?? fail("conflict", "the round is over"));
        const outcome = await taken(row, kept, message, now);
        if (outcome === undefined) continue;
        if (outcome) written();
        return kept;
      }
      return fail("unavailable", "other processes take the round's messages faster", {
        hint: "Send the same bytes again.",
      });
    },
  };
}
