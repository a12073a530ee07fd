// The heavy part of an aggregator's work on reports, as pure functions over bytes, so that a worker can run them: open
// one's own input share, verify its proof together with the other aggregator, and keep the output share.
import { concat } from "../base/bytes.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import { wordAdder } from "../math/wasm/words.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { ReceivingKey } from "../ports/keyring.ts";
import type { Keystream } from "../ports/keystream.ts";
import type { WasmHost } from "../ports/wasm.ts";
import { VerifyInit } from "../protocol/dap/aggregation.ts";
import type { ReportError, SaidReportError } from "../protocol/dap/basics.ts";
import type { HpkeCiphertext } from "../protocol/dap/hpke-config.ts";
import { headOf, PlaintextInputShare, Report, type ReportMetadata } from "../protocol/dap/report.ts";
import { TaskConfiguration } from "../protocol/dap/task-configuration.ts";
import { type Aggregator, type DapTag, dapVersionOf } from "../protocol/dap/version.ts";
import { open } from "../protocol/hpke/hpke.ts";
import { sumsInPlace } from "../protocol/masks.ts";
import {
  blamesReport,
  eachReport,
  helperRespond,
  leaderFinish,
  leaderInit,
  type ReportInput,
} from "../protocol/vdaf/ping-pong.ts";
import { sharedVerification } from "../protocol/vdaf/shared.ts";
import type { Summing } from "./sum.ts";
import { type AskedTokens, allSigned, tokensOf } from "./tokens.ts";

export type { ReceivingKey } from "../ports/keyring.ts";

/** What a worker needs to know of a task; survives a structured clone. */
export interface PrepareTask {
  readonly id: Uint8Array;
  /** Encoded TaskConfiguration. */
  readonly configuration: Uint8Array;
  readonly verifyKey: Uint8Array;
  readonly version: DapTag;
  /** One's own receiving keys: the present one, and those before it that reports may still be sealed to. */
  readonly keys: readonly ReceivingKey[];
  /** The latest time a report may have, in the task's units: a little after now, by this aggregator's clock. */
  readonly latest: bigint;
  /** A task without a manifest: its reports have no public extension. */
  readonly plain?: true;
  /** What every report spends, where tokens are the budget. */
  readonly tokens?: AskedTokens;
}

export interface Refused {
  /** A number: the other aggregator's, of a code that has no name here. */
  readonly error: SaidReportError;
}
/** The leader's first message and what it must remember until the helper has answered. */
export type LeaderPrepared = { readonly state: Uint8Array; readonly message: Uint8Array } | Refused;
export type Prepared = { readonly outputShare: Uint8Array } | Refused;
export type HelperPrepared = { readonly message: Uint8Array; readonly outputShare: Uint8Array } | Refused;

interface Shared {
  readonly metadata: ReportMetadata;
  readonly publicShare: Uint8Array;
}

/** A worker's platform: what opens shares, and what computes with them, plain TypeScript where it is left out. */
export interface PrepareParts {
  readonly crypto: Crypto;
  readonly wasm?: WasmHost;
  /** For sums of masks; a service without tasks of such sums needs none. */
  readonly keystream?: Keystream;
}

/** @param bytes what `shared` was decoded from */
type ShareOpener = (bytes: Uint8Array, shared: Shared, sealed: HpkeCiphertext) => Promise<ReportInput | Refused>;

/** What opens one's own input shares of a task's reports, with all that verification takes. */
function shareOpener(crypto: Crypto, prepare: PrepareTask, task: TaskConfiguration, role: Aggregator): ShareOpener {
  const { id: taskId, configuration, verifyKey, latest, keys } = prepare;
  const version = dapVersionOf(prepare.version);
  const info = version.inputShareInfo(role);
  const ctx = version.vdafContext(taskId);
  /** InputShareAad: what is the same for all reports of the task, and then a report's own. */
  const about = concat(taskId, configuration);

  function refusal({ metadata }: Shared): ReportError | undefined {
    const { interval } = task;
    if (interval !== undefined && metadata.time < interval.start) return "task_not_started";
    if (interval !== undefined && metadata.time >= interval.start + interval.duration) return "task_expired";
    return metadata.time > latest ? "report_too_early" : undefined;
  }

  return async (bytes, shared, sealed) => {
    const refused = refusal(shared);
    if (refused !== undefined) return { error: refused };
    const right = rightExtensions(crypto, prepare, role, shared.metadata);
    if (right !== true && !(await right)) return { error: "invalid_message" };
    const recipient = keys.find(({ id }) => id === sealed.configId)?.pair;
    if (recipient === undefined) return { error: "hpke_unknown_config_id" };
    const { metadata, publicShare } = shared;
    const aad = concat(about, headOf(bytes, publicShare));
    let plaintext: Uint8Array;
    try {
      plaintext = await open({ crypto, recipient, info, aad, enc: sealed.enc, ciphertext: sealed.payload });
    } catch (error) {
      return refusedBy(error, "hpke_decrypt_error");
    }
    try {
      const { privateExtensions, payload } = PlaintextInputShare.decode(plaintext);
      if (privateExtensions.length > 0) return { error: "invalid_message" };
      return { verifyKey, ctx, nonce: metadata.reportId, publicShare, inputShare: payload };
    } catch (error) {
      return refusedBy(error, "invalid_message");
    }
  };
}

function rightExtensions(
  crypto: Crypto,
  { plain, tokens: asked }: PrepareTask,
  role: Aggregator,
  { publicExtensions }: ReportMetadata,
): boolean | Promise<boolean> {
  if (plain === true) return publicExtensions.length === 0;
  const tokens = tokensOf(publicExtensions, asked);
  if (tokens === undefined) return false;
  // The leader checked them when they were uploaded.
  return role === "leader" || asked === undefined || allSigned(crypto, asked, tokens);
}

/** A report's own fault becomes its error; a bug or wrong key of ours does not. */
function refusedBy(error: unknown, as: ReportError): Refused {
  if (blamesReport(error)) return { error: as };
  throw error;
}

/** Reports that are opened together and then verified: what one leaves in memory is used while it is near, and forgotten soon. */
const TOGETHER = 16;

/** Opens every message and verifies what it holds, in order; one that does not decode or open is refused alone. */
async function verifyEach<Message, Opened extends object, Result>(
  messages: readonly Uint8Array[],
  decode: (bytes: Uint8Array) => Message,
  next: (message: Message, bytes: Uint8Array) => Promise<Opened | Refused>,
  step: (report: Opened) => Result,
): Promise<(Result | Refused)[]> {
  const results: (Result | Refused)[] = [];
  for (let from = 0; from < messages.length; from += TOGETHER) {
    const opened = messages.slice(from, from + TOGETHER).map(async (bytes) => {
      let message: Message;
      try {
        message = decode(bytes);
      } catch (error) {
        return refusedBy(error, "invalid_message");
      }
      return await next(message, bytes);
    });
    results.push(...verifyOpened(await Promise.all(opened), step));
  }
  return results;
}

/** A step of verification for those of some reports that could be opened. */
function verifyOpened<Opened extends object, Result>(
  opened: readonly (Opened | Refused)[],
  step: (report: Opened) => Result,
): (Result | Refused)[] {
  const results = eachReport(opened, (report) => ("error" in report ? report : step(report)));
  return results.map((result) => (isPacelineError(result) ? { error: "vdaf_verify_error" } : result));
}

export async function prepareLeader(
  { crypto, wasm }: PrepareParts,
  prepare: PrepareTask,
  reports: readonly Uint8Array[],
): Promise<LeaderPrepared[]> {
  const task = TaskConfiguration.decode(prepare.configuration);
  const openShare = shareOpener(crypto, prepare, task, "leader");
  const vdaf = sharedVerification(task.vdaf, wasm);
  return await verifyEach(
    reports,
    Report.decode,
    (report, bytes) => openShare(bytes, report, report.leaderShare),
    (report) => {
      const { state, message } = leaderInit(vdaf, report);
      return { state: vdaf.encodeState(state), message };
    },
  );
}

/** @param inits encoded VerifyInit messages */
export async function prepareHelper(
  { crypto, wasm }: PrepareParts,
  prepare: PrepareTask,
  inits: readonly Uint8Array[],
): Promise<HelperPrepared[]> {
  const task = TaskConfiguration.decode(prepare.configuration);
  const openShare = shareOpener(crypto, prepare, task, "helper");
  const vdaf = sharedVerification(task.vdaf, wasm);
  return await verifyEach(
    inits,
    VerifyInit.decode,
    async (init, bytes) => {
      const report = await openShare(bytes, init, init.helperShare);
      return "error" in report ? report : { ...report, leaderMessage: init.payload };
    },
    (report) => helperRespond(vdaf, report, report.leaderMessage),
  );
}

/** The leader's last step: its state and the helper's finish message make the output share. */
export type LeaderFinisher = (state: Uint8Array, message: Uint8Array) => Prepared;

export function leaderFinisher(prepare: PrepareTask): LeaderFinisher {
  // Nothing is computed here, so plain TypeScript will do.
  const vdaf = sharedVerification(TaskConfiguration.decode(prepare.configuration).vdaf);
  return (state, message) => {
    try {
      return { outputShare: leaderFinish(vdaf, vdaf.decodeState(state), message) };
    } catch (error) {
      return refusedBy(error, "vdaf_verify_error");
    }
  };
}

/** What a worker exposes; also callable in place. */
export interface Preparer extends Summing {
  prepareLeader(prepare: PrepareTask, reports: readonly Uint8Array[]): Promise<LeaderPrepared[]>;
  prepareHelper(prepare: PrepareTask, inits: readonly Uint8Array[]): Promise<HelperPrepared[]>;
}

export function preparer(parts: PrepareParts): Preparer {
  const addWords = wordAdder(parts.wasm);
  return {
    addWords,
    prepareLeader: (prepare, reports) => prepareLeader(parts, prepare, reports),
    prepareHelper: (prepare, inits) => prepareHelper(parts, prepare, inits),
    sumMasks: async (bits, length, keys) => {
      const keystream = parts.keystream ?? fail("unsupported", "this service sums no masks: it was given no keystream");
      return await sumsInPlace(keystream, addWords)(bits, length, keys);
    },
  };
}
