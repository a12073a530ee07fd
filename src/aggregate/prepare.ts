// The heavy part of an aggregator's work on reports, as pure functions over bytes, so that a worker can run them: open
// one's own input share, verify its proof together with the other aggregator, and keep the output share.
import { isPacelineError } from "../base/errors.ts";
import type { Crypto, KeyPair } from "../ports/crypto.ts";
import { type VerifyInit, VerifyInit as VerifyInitMessage } from "../protocol/dap/aggregation.ts";
import type { ReportError } from "../protocol/dap/basics.ts";
import type { HpkeCiphertext } from "../protocol/dap/hpke-config.ts";
import { InputShareAad, PlaintextInputShare, Report, type ReportMetadata } from "../protocol/dap/report.ts";
import { TaskConfiguration } from "../protocol/dap/task-configuration.ts";
import { type Aggregator, dap18 } from "../protocol/dap/version.ts";
import { open } from "../protocol/hpke/hpke.ts";
import { helperRespond, leaderFinish, leaderInit, type ReportInput } from "../protocol/vdaf/ping-pong.ts";
import { sharedPrio3 } from "../protocol/vdaf/shared.ts";

/** What a worker needs to know of a task; survives a structured clone. */
export interface PrepareTask {
  readonly id: Uint8Array;
  /** Encoded TaskConfiguration. */
  readonly configuration: Uint8Array;
  readonly verifyKey: Uint8Array;
  readonly hpke: { readonly id: number; readonly pair: KeyPair };
}

export interface Refused {
  readonly error: ReportError;
}
/** The leader's first message and what it must remember until the helper has answered. */
export type LeaderPrepared = { readonly state: Uint8Array; readonly message: Uint8Array } | Refused;
export type Prepared = { readonly outputShare: Uint8Array } | Refused;
export type HelperPrepared = { readonly message: Uint8Array; readonly outputShare: Uint8Array } | Refused;

interface Shared {
  readonly metadata: ReportMetadata;
  readonly publicShare: Uint8Array;
}

interface Opened {
  readonly task: TaskConfiguration;
  readonly context: Uint8Array;
  readonly payload: Uint8Array;
}

async function openShare(
  crypto: Crypto,
  prepare: PrepareTask,
  role: Aggregator,
  { metadata, publicShare }: Shared,
  sealed: HpkeCiphertext,
): Promise<Opened | Refused> {
  const task = TaskConfiguration.decode(prepare.configuration);
  const { interval } = task;
  if (interval === undefined) return { error: "invalid_message" };
  if (metadata.time < interval.start) return { error: "task_not_started" };
  if (metadata.time >= interval.start + interval.duration) return { error: "task_expired" };
  if (metadata.publicExtensions.length > 0) return { error: "invalid_message" };
  if (sealed.configId !== prepare.hpke.id) return { error: "hpke_unknown_config_id" };
  const aad = InputShareAad.encode({ taskId: prepare.id, task, metadata, publicShare });
  let plaintext: Uint8Array;
  try {
    const info = dap18.inputShareInfo(role);
    plaintext = await open({
      crypto,
      recipient: prepare.hpke.pair,
      info,
      aad,
      enc: sealed.enc,
      ciphertext: sealed.payload,
    });
  } catch (error) {
    return refusedBy(error, "hpke_decrypt_error");
  }
  try {
    const share = PlaintextInputShare.decode(plaintext);
    if (share.privateExtensions.length > 0) return { error: "invalid_message" };
    return { task, context: dap18.vdafContext(prepare.id), payload: share.payload };
  } catch (error) {
    return refusedBy(error, "invalid_message");
  }
}

/** A report's own fault becomes its error; a bug of ours does not. */
function refusedBy(error: unknown, as: ReportError): Refused {
  if (isPacelineError(error) && error.code !== "internal") return { error: as };
  throw error;
}

function inputOf(prepare: PrepareTask, { context, payload }: Opened, { metadata, publicShare }: Shared): ReportInput {
  return {
    verifyKey: prepare.verifyKey,
    ctx: context,
    nonce: metadata.reportId,
    publicShare,
    inputShare: payload,
  };
}

export async function prepareLeader(
  crypto: Crypto,
  prepare: PrepareTask,
  reports: readonly Uint8Array[],
): Promise<LeaderPrepared[]> {
  return await Promise.all(
    reports.map(async (bytes): Promise<LeaderPrepared> => {
      const report = Report.decode(bytes);
      const opened = await openShare(crypto, prepare, "leader", report, report.leaderShare);
      if ("error" in opened) return opened;
      try {
        const vdaf = sharedPrio3(opened.task.vdaf);
        const { state, message } = leaderInit(vdaf, inputOf(prepare, opened, report));
        return { state: vdaf.encodeState(state), message };
      } catch (error) {
        return refusedBy(error, "vdaf_verify_error");
      }
    }),
  );
}

/** @param inits encoded VerifyInit messages */
export async function prepareHelper(
  crypto: Crypto,
  prepare: PrepareTask,
  inits: readonly Uint8Array[],
): Promise<HelperPrepared[]> {
  return await Promise.all(
    inits.map(async (bytes): Promise<HelperPrepared> => {
      const init: VerifyInit = VerifyInitMessage.decode(bytes);
      const opened = await openShare(crypto, prepare, "helper", init, init.helperShare);
      if ("error" in opened) return opened;
      try {
        return helperRespond(sharedPrio3(opened.task.vdaf), inputOf(prepare, opened, init), init.payload);
      } catch (error) {
        return refusedBy(error, "vdaf_verify_error");
      }
    }),
  );
}

/** The leader's last step: its state and the helper's finish message make the output share. */
export function finishLeader(prepare: PrepareTask, state: Uint8Array, message: Uint8Array): Prepared {
  const { vdaf } = TaskConfiguration.decode(prepare.configuration);
  try {
    const prio3 = sharedPrio3(vdaf);
    return { outputShare: leaderFinish(prio3, prio3.decodeState(state), message) };
  } catch (error) {
    return refusedBy(error, "vdaf_verify_error");
  }
}

/** What a worker exposes; also callable in place. */
export interface Preparer {
  prepareLeader(prepare: PrepareTask, reports: readonly Uint8Array[]): Promise<LeaderPrepared[]>;
  prepareHelper(prepare: PrepareTask, inits: readonly Uint8Array[]): Promise<HelperPrepared[]>;
}

export function preparer(crypto: Crypto): Preparer {
  return {
    prepareLeader: (prepare, reports) => prepareLeader(crypto, prepare, reports),
    prepareHelper: (prepare, inits) => prepareHelper(crypto, prepare, inits),
  };
}
