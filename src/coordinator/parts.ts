import type { NoiseSource } from "../aggregate/collect.ts";
import type { Passing } from "../aggregate/points.ts";
import type { Preparer } from "../aggregate/prepare.ts";
import type { AggregateRows } from "../aggregate/store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { AnyEntropy } from "../ports/entropy.ts";
import type { Keyring } from "../ports/keyring.ts";
import type { Keystream } from "../ports/keystream.ts";
import type { Meter } from "../ports/meter.ts";
import type { ServiceLog } from "../ports/service-log.ts";
import type { Store } from "../ports/store.ts";
import type { Transport } from "../ports/transport.ts";
import type { Planner } from "../query/planner.ts";
import type { ReleaseRows } from "../release/store.ts";
import type { CoordinatorTerms } from "./terms.ts";

/** Everything the coordinator's rooms take from outside. */
export interface CoordinatorParts {
  readonly store: Store<AggregateRows & ReleaseRows>;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly transport: Transport;
  readonly preparer: Preparer;
  readonly planner: Planner;
  /** For names of trainings. */
  readonly entropy: AnyEntropy;
  readonly noise: NoiseSource;
  /** For masked rounds; where left out, there are none. */
  readonly keystream?: Keystream | undefined;
  readonly passing: Passing;
  readonly terms: CoordinatorTerms;
  /** Counts what is done, for the operator; nothing when left out. */
  readonly meter?: Meter | undefined;
  /** For the operator. */
  readonly log?: ServiceLog | undefined;
  /** Resolves when what devices have sent meanwhile was read, so that it is written together; at once when left out. */
  readonly soon?: () => Promise<void>;
  /**
   * Compares ledgers with the helper: before each signature and share, and after.
   * @throws PacelineError unavailable, ledger_behind
   */
  agree(): Promise<void>;
}
