// A plain DAP task: what the two aggregators and the collector agreed on by other means than a manifest. Nobody has signed it,
// nothing is debited for it, and its sums carry no noise: the collector learns them exactly.

import type { ReceivingKey } from "../aggregate/prepare.ts";
import { toBase64Url } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { CallerProof } from "../http/caller.ts";
import type { HpkeConfig } from "../protocol/dap/hpke-config.ts";
import { TaskConfiguration } from "../protocol/dap/task-configuration.ts";
import type { Aggregator } from "../protocol/dap/version.ts";
import type { DapWire } from "../protocol/dap/wire.ts";
import { checkParameters } from "../protocol/vdaf/parameters.ts";

export interface VerificationKey {
  /** What leader and helper call it; 0 for the one key of a task of draft 18. */
  readonly id: number;
  /** 32 bytes */
  readonly key: Uint8Array;
}

export interface PlainTask {
  /** 32 bytes */
  readonly id: Uint8Array;
  readonly role: Aggregator;
  readonly wire: DapWire;
  readonly configuration: TaskConfiguration;
  /** The leader uses the first; the helper takes each. */
  readonly verificationKeys: readonly VerificationKey[];
  /** The receiving key of whoever collects. */
  readonly collector: HpkeConfig;
  /** What the leader shows to the helper. */
  readonly aggregators: CallerProof;
  /** What the collector shows to the leader; at the helper it is not asked. */
  readonly collects?: CallerProof;
  /** A helper that answers aggregation jobs later. */
  readonly defers?: boolean;
}

/** As the aggregator works on it. */
export interface OpenTask extends PlainTask {
  readonly encoded: Uint8Array;
  /** The start of every key of its rows. */
  readonly name: string;
}

/** @throws PacelineError invalid_argument saying what of the task cannot be */
export function openPlainTask(task: PlainTask): OpenTask {
  checkParameters(task.configuration.vdaf);
  const ids = new Set(task.verificationKeys.map(({ id }) => id));
  if (ids.size === 0 || ids.size !== task.verificationKeys.length)
    fail("invalid_argument", "a task has at least one verification key, each with an id of its own");
  if (task.verificationKeys.some(({ key }) => key.length !== 32))
    fail("invalid_argument", "a verification key has 32 bytes");
  if (!task.wire.keysByReport && (ids.size !== 1 || !ids.has(0)))
    fail("invalid_argument", `a task of ${task.wire.name} has one verification key, with id 0`, {
      hint: "Several keys a task came with dap-19.",
    });
  if (task.role === "leader" && task.collects === undefined)
    fail("invalid_argument", "the leader of a task knows who collects: name the collector's token or certificate");
  return { ...task, encoded: TaskConfiguration.encode(task.configuration), name: toBase64Url(task.id) };
}

/** What verification takes. */
export interface Keys {
  /** The present receiving key first, then those before it that reports may still be sealed to. */
  readonly hpke: readonly ReceivingKey[];
}
