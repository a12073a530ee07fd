// Masked rounds of this coordinator, as members, its operator and its trainings see them; steps.ts has what a round does next.
import type { MaskedView } from "../../api/masked.ts";
import { toBase64Url, toHex } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import type { TrainingManifest } from "../../learning/plan/training/manifest.ts";
import type { RoundTerms } from "../../learning/server/rounds/task.ts";
import { type CoordinatorStage, coordinatorStages } from "../../protocol/secagg/coordinator/stages.ts";
import type { MaskedRow } from "../../release/store.ts";
import { type MaskedEnvelope, readMaskedEnvelope } from "../../task/masked/envelope.ts";
import { newLiveRounds } from "./live.ts";
import { type AskedMasked, type MaskedPublishing, publishMasked, rehearseMasked } from "./publish.ts";
import { newMaskedSteps } from "./steps.ts";

export interface MaskedRounds {
  /** The same identity again is the round as it stands. @throws PacelineError policy_refused, budget_exhausted, unavailable */
  publish(hash: string, training: TrainingManifest, terms: RoundTerms): Promise<AskedMasked>;
  /** Everything that would be asked of every rule, of so many rounds at one time, without a debit. @throws as `publish` does */
  rehearse(hash: string, training: TrainingManifest, terms: RoundTerms, rounds: number): Promise<void>;
  /** As it stands. @throws PacelineError not_found */
  outcome(task: Uint8Array): Promise<MaskedRow>;
  /** Of an identity, when it was published. */
  published(hash: string): Promise<MaskedRow | undefined>;
  /** Ends a round that is running: nothing of it is revealed, and what it cost stays spent. */
  abort(task: Uint8Array, because: string): Promise<void>;
  /** Those that members can join or are in. */
  list(): Promise<readonly (MaskedEnvelope & { readonly task: string })[]>;
  /** For the member with this key. */
  view(task: Uint8Array, key: Uint8Array): Promise<MaskedView>;
  /** Takes a member's message. @throws PacelineError conflict, verification_failed, invalid_message */
  take(task: Uint8Array, key: Uint8Array, message: Uint8Array): Promise<MaskedView>;
  /** Takes a round as far as the clock and the registrar say; one that is over stays as it is. */
  advance(task: Uint8Array): Promise<void>;
  /** Takes every round as far as the clock and the registrar say. @returns what failed, to be tried again */
  advanceAll(): Promise<readonly string[]>;
  /** How many have answered in the present stage, and which that is. */
  progress(row: MaskedRow): Promise<{ readonly stage: string; readonly answered: number }>;
}

export function newMaskedRounds(publishing: MaskedPublishing): MaskedRounds {
  const { parts } = publishing;
  const { store, crypto, clock, passing } = parts;
  const keystream =
    parts.keystream ?? (() => fail("unsupported", "this coordinator sums no masks: it has no keystream"));
  const { sumMasks } = parts.preparer;
  const live = newLiveRounds(store, { crypto, keystream, sumMasks }, () => passing("coordinator:masked-taken"));
  const running = new Map<string, Promise<unknown>>();

  /** One thing at a time for each round: nobody sees what is not written yet. */
  function inTurn<T>(task: Uint8Array, work: () => Promise<T>): Promise<T> {
    const name = toHex(task);
    const next = (running.get(name) ?? Promise.resolve()).catch(() => undefined).then(work);
    running.set(name, next);
    const done = () => running.get(name) === next && running.delete(name);
    next.then(done, done);
    return next;
  }

  const { rowOf, ended, viewOf, abort, advance } = newMaskedSteps(publishing, live);
  /** Of one that is open, as it was opened: what is asked of it next tells whether it is open still. */
  const knownOf = async (task: Uint8Array) => live.opened(task) ?? (await rowOf(task));

  return {
    publish: (hash, training, terms) => publishMasked(publishing, hash, training, terms),
    rehearse: (hash, training, terms, rounds) => rehearseMasked(publishing, hash, training, terms, rounds),
    outcome: rowOf,
    published: (hash) => store.read((rows) => rows.maskedRoundOf(hash)),
    abort: (task, because) => inTurn(task, async () => await abort(await rowOf(task), because)),
    async list() {
      const rows = await store.read((all) => all.maskedRunning());
      return rows.map((row) => ({
        task: toBase64Url(row.task),
        ...readMaskedEnvelope(parseJson(row.envelope, "a masked round's envelope")),
      }));
    },
    view: (task, key) => inTurn(task, async () => await viewOf(await knownOf(task), key)),
    take: (task, key, message) =>
      inTurn(task, async () => {
        const row = await knownOf(task);
        if (row.state === "joining") fail("conflict", "members may still join the round: it has not begun");
        if (row.state !== "open") return await viewOf(row, key);
        const round = await live.at(row);
        if (round === undefined) return await viewOf(await rowOf(task), key);
        refuseOthers(round.places.get(toHex(key)), message);
        refuseLate(round.machine.stage, message);
        const taken = await live.take(row, message, clock.now(), round);
        return await viewOf(await ended(row, taken), key, taken);
      }),
    advance: (task) => inTurn(task, () => advance(task)),
    async advanceAll() {
      const failed: string[] = [];
      const open = await store.read((rows) => rows.maskedRunning());
      live.keepOnly(open.map(({ task }) => task));
      for (const { task } of open)
        await inTurn(task, () => advance(task)).catch(
          (error: unknown) => void failed.push(`${toBase64Url(task)}: ${error}`),
        );
      return failed;
    },
    progress: (row) =>
      inTurn(row.task, async () => {
        if (row.state !== "open") return { stage: row.state, answered: 0 };
        const round = await live.at(row);
        if (round === undefined) return { stage: "over", answered: 0 };
        const { machine, places } = round;
        const answered = [...places.values()].filter((place) => machine.answered(place)).length;
        return { stage: machine.stage, answered };
      }),
  };
}

/** Behind kind and context, in every message of a member. */
const INDEX_AT = 33;

/** Of a stranger, or in another's name: before anything is hashed or verified. @throws PacelineError conflict, invalid_message */
function refuseOthers(place: number | undefined, message: Uint8Array): void {
  if (place === undefined) fail("conflict", "no member of the round has this key");
  const [high = 0, low = 0] = message.subarray(INDEX_AT, INDEX_AT + 2);
  if (256 * high + low !== place) fail("invalid_message", "the message is none of the member's with this key");
}

/** Messages' first bytes are their kinds: 1, 3, 5, … of a member, stage by stage. @throws PacelineError conflict */
function refuseLate(stage: CoordinatorStage, message: Uint8Array): void {
  const wanted = (coordinatorStages as readonly string[]).indexOf(stage);
  const kind = message[0] ?? 0;
  if (kind % 2 === 1 && (kind - 1) / 2 < wanted)
    fail("conflict", "the stage that this answers is over: the round goes on without whoever is late");
}
