// What a plain aggregator takes from outside.
import { latestTime } from "../aggregate/latest.ts";
import type { Preparer, PrepareTask } from "../aggregate/prepare.ts";
import type { Clock } from "../ports/clock.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { Meter } from "../ports/meter.ts";
import type { ServiceLog } from "../ports/service-log.ts";
import type { Store } from "../ports/store.ts";
import type { Transport } from "../ports/transport.ts";
import type { BatchSelector } from "../protocol/dap/collection.ts";
import type { PlainPoint } from "./points.ts";
import type { BucketRow } from "./rows.ts";
import type { KeyValueRows } from "./store.ts";
import type { Keys, OpenTask, VerificationKey } from "./task.ts";

/** Which batches were collected, written down apart from the database. */
export interface Collected {
  /**
   * Reads the mark, and puts what the database has forgotten back into it. Nothing is collected before.
   * @returns how many batches that were @throws PacelineError misconfigured when the database had a mark that is not there, invalid_data
   */
  recall(tasks: readonly OpenTask[]): Promise<number>;
  /** Durable when it resolves. @param held what was collected */
  note(task: OpenTask, batch: BatchSelector, held: Pick<BucketRow, "interval">): Promise<void>;
}

/** For compositions that need no mark: nothing of theirs is restored. */
export const unmarked: Collected = { recall: async () => 0, note: async () => undefined };

export interface PlainParts {
  readonly store: Store<KeyValueRows>;
  readonly crypto: Crypto;
  readonly entropy: Entropy;
  readonly clock: Clock;
  /** Reaches the helper; shows the leader's certificate where that is what it is known by. */
  readonly transport: Transport;
  readonly preparer: Preparer;
  readonly hpke: Keys["hpke"];
  readonly collected: Collected;
  readonly passing: (point: PlainPoint) => void;
  /** Counts what is done, for the operator; nothing when left out. */
  readonly meter?: Meter | undefined;
  /** For its operator. */
  readonly log?: ServiceLog | undefined;
  /** How long reports are kept that nobody has collected; 30 days when left out. */
  readonly keepSeconds?: number | undefined;
}

export const nowSeconds = ({ clock }: Pick<PlainParts, "clock">): number => Math.floor(clock.now() / 1000);

/** What verification under one of the task's keys takes, at this time. */
export function preparing(
  parts: Pick<PlainParts, "clock" | "hpke">,
  task: OpenTask,
  { key }: VerificationKey,
): PrepareTask {
  return {
    id: task.id,
    configuration: task.encoded,
    verifyKey: key,
    version: task.wire.version.tag,
    keys: parts.hpke,
    latest: latestTime(task.configuration.timePrecision, nowSeconds(parts)),
    plain: true,
  };
}
