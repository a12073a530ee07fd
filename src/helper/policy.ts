// What the helper takes part in, whatever the leader says. Its operator sets this; nobody else can.
import { fail } from "../base/errors.ts";
import { checkTraining } from "../learning/plan/training/check.ts";
import type { Crypto } from "../ports/crypto.ts";
import { groupKeysOf } from "../task/encoder.ts";
import { rowCount } from "../task/linear-map.ts";
import type { Manifest, Unit } from "../task/manifest.ts";
import { type DefinitionTrust, definitionsFault } from "../task/metrics/definition.ts";
import { metricsOf, unlistedValue } from "../task/metrics/reads.ts";
import { untimely } from "../task/prove.ts";
import type { Purpose } from "../task/purposes.ts";
import { sameTokens, type TokenTerms } from "../task/tokens.ts";
import { checkTrainingPolicy, type TrainingPolicy } from "./training-policy.ts";

export interface HelperPolicy {
  readonly purposes: readonly Purpose[];
  /** Of the built-in registry. */
  readonly metrics: readonly string[];
  /** Whose definitions of other metrics, attributes and formulas it takes; nobody's when left out. */
  readonly registry?: DefinitionTrust | undefined;
  /** Its own public lists of attributes' values; where it has none, those that are built in. */
  readonly lists?: Readonly<Record<string, readonly string[]>>;
  /** Whether model updates may be asked for; and which, where that is bounded further. */
  readonly training: boolean;
  readonly trainings?: TrainingPolicy | undefined;
  /** Nano-rho one task costs at least: tasks for nothing would crowd out others. */
  readonly rhoMin: bigint;
  /** Nano-rho one task may cost. */
  readonly rhoMax: bigint;
  /** Nano-rho an epoch may cost in all: the helper's own budget. */
  readonly epochCap: bigint;
  /** Nano-rho a year of epochs may cost in all. */
  readonly yearCap: bigint;
  /** The smallest minimum batch it signs. */
  readonly minBatchFloor: number;
  /** Groups, and numbers in all, that one task may ask for. */
  readonly groupsMax: number;
  readonly cellsMax: number;
  /** Bytes of a manifest: every phone reads it. */
  readonly manifestBytesMax: number;
  /** New tasks within 24 hours, and tasks that take reports at one time. */
  readonly tasksPerDay: number;
  readonly openTasksMax: number;
  /** Days after the end of a window for which it may still be asked about. */
  readonly windowAgeDaysMax: number;
  /** Where set, it signs only tasks that spend these tokens; where not, none that spend any. */
  readonly tokens?: TokenTerms | undefined;
  /** "manual": its operator approves each question before it signs a task of it. */
  readonly approval?: "none" | "manual" | undefined;
  /** Where set, it signs only tasks that count these. */
  readonly unit?: Unit | undefined;
}

export interface HelperIdentity {
  readonly url: string;
  /** The one leader it works with. */
  readonly leaderUrl: string;
  /** The keys that a manifest may name now, as manifests write them. */
  readonly hpke: readonly string[];
}

const refuse = (why: string): never => fail("policy_refused", why);

/** @throws PacelineError policy_refused saying which rule says no */
export async function checkPolicy(
  crypto: Crypto,
  manifest: Manifest,
  policy: HelperPolicy,
  self: HelperIdentity,
): Promise<void> {
  if (!policy.purposes.includes(manifest.purpose)) refuse(`this helper does not work for ${manifest.purpose}`);
  checkSize(manifest, policy);
  if (manifest.minBatch < policy.minBatchFloor)
    refuse(`a batch of ${manifest.minBatch} is below this helper's floor of ${policy.minBatchFloor}`);
  if (policy.unit !== undefined && manifest.noise.unit !== policy.unit)
    refuse(`this helper signs tasks that count one ${policy.unit} each, this one counts one ${manifest.noise.unit}`);
  if (!sameTokens(manifest.tokens, policy.tokens))
    refuse(
      policy.tokens === undefined
        ? "this helper knows no issuer of tokens"
        : "this helper signs tasks that spend tokens of its own issuer, key and worth alone",
    );
  const { leader, helper } = manifest.aggregators;
  if (leader.url !== self.leaderUrl) refuse("this helper works with another leader");
  if (helper.url !== self.url || !self.hpke.includes(helper.hpke))
    refuse("the manifest names another helper's address or key");
  if (manifest.source.kind === "model-update" && !policy.training) refuse("this helper takes no part in training");
  const definitions = manifest.definitions ?? [];
  const fault = await definitionsFault(crypto, definitions, policy.registry ?? {});
  if (fault !== undefined) refuse(fault);
  const unlisted = unlistedValue(manifest, policy.lists);
  // Of an attribute without any list here, the number of groups is what is bounded.
  if (unlisted?.known !== undefined)
    refuse(`this helper's list of ${unlisted.attribute} has no "${unlisted.value}": nobody can be in it`);
  const defined = new Set(definitions.map(({ definition }) => definition.id));
  const checked = checkTraining(manifest);
  if (checked !== undefined && policy.trainings !== undefined) checkTrainingPolicy(manifest, checked, policy.trainings);
  for (const id of metricsOf(manifest.source))
    if (!policy.metrics.includes(id) && !defined.has(id)) refuse(`this helper does not work on the metric "${id}"`);
}

function checkSize({ rho, encoder, map }: Manifest, policy: HelperPolicy): void {
  const cost = BigInt(rho);
  if (cost > policy.rhoMax) refuse(`a task may cost ${policy.rhoMax} nano-rho here, this one costs ${rho}`);
  if (cost < policy.rhoMin) refuse(`a task costs at least ${policy.rhoMin} nano-rho here, this one costs ${rho}`);
  // What is learned of a model is one vector, however long: its L2 norm is bounded, and its length by the plan.
  if (encoder.kind !== "product") return;
  const groups = groupKeysOf(encoder).reduce((product, { values }) => product * values.length, 1);
  if (groups > policy.groupsMax) refuse(`a task may ask for ${policy.groupsMax} groups here, this one has ${groups}`);
  if (rowCount(map) > policy.cellsMax)
    refuse(`a task may ask for ${policy.cellsMax} numbers here, this one has ${rowCount(map)}`);
}

/** What is going on besides, by this helper's own database and clock. */
export interface Load {
  readonly today: number;
  readonly open: number;
}

/** @throws PacelineError policy_refused */
export function checkLoad({ today, open }: Load, policy: HelperPolicy): void {
  if (today >= policy.tasksPerDay) refuse(`this helper has signed ${today} tasks within 24 hours, its most`);
  if (open >= policy.openTasksMax) refuse(`${open} tasks take reports at this helper, its most`);
}

/** How far the two services' clocks may differ. */
const SKEW_SECONDS = 300;

/**
 * By this helper's own clock: the task starts now, so that the weeks it debits are those in which it is answered, and its
 * window is of a time that devices still answer about.
 * @throws PacelineError policy_refused
 */
export function checkTime({ window, upload }: Manifest, policy: HelperPolicy, nowSeconds: number): void {
  if (Math.abs(nowSeconds - upload.opens) > SKEW_SECONDS)
    refuse(
      "the task does not start now, by this helper's clock: the services' clocks differ, or it is signed too late",
    );
  const fault = untimely(window, nowSeconds, policy);
  if (fault !== undefined) refuse(fault);
}

/** @throws PacelineError policy_refused */
export function checkBytes(bytes: Uint8Array, { manifestBytesMax }: HelperPolicy): void {
  if (bytes.length > manifestBytesMax)
    refuse(`a manifest has at most ${manifestBytesMax} bytes here, this one ${bytes.length}: every phone reads it`);
}
