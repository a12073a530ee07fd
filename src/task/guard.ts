// The device's decision about a manifest, from public facts only (privacy-model.md section 4): a refusal here sends
// nothing at all. What depends on the member's own data or own ledger never refuses: it makes the report null.
import { fail } from "../base/errors.ts";
import type { Manifest } from "./manifest.ts";
import { registryOf } from "./metrics/definition.ts";
import { attributeListsOf, metricsOf } from "./metrics/reads.ts";
import { type Proved, proveManifest, untimely } from "./prove.ts";
import { type Purpose, purposes } from "./purposes.ts";
import { sameTokens, type TokenTerms } from "./tokens.ts";

export interface GuardLimits {
  /** Nano-rho one task may cost a member. */
  readonly rhoMax: bigint;
  /** The smallest minimum batch the device takes part in. */
  readonly minBatchFloor: number;
  /** Windows that ended longer ago are refused: old days are in no week that is still counted. */
  readonly windowAgeDaysMax: number;
  /** Whether the device's report ids are those of its member, on every device of theirs. */
  readonly memberSecret: boolean;
  /** The issuer whose tokens are this device's budget; undefined where the app pins none. */
  readonly tokens: TokenTerms | undefined;
  /** The aggregators' addresses the device may send to. */
  readonly leaderUrl: string;
  readonly helperUrl: string | undefined;
}

export interface GuardState {
  /** Purposes with consent in force. */
  readonly consented: ReadonlySet<Purpose>;
  readonly paused: boolean;
  /** Seconds since 1970. */
  readonly now: number;
}

/** @throws PacelineError manifest_refused or consent_missing; the message is fit to show to the member. */
export function guardManifest(manifest: Manifest, limits: GuardLimits, state: GuardState): Proved {
  const refuse = (why: string) => fail("manifest_refused", why);
  if (state.paused) refuse("taking part is paused on this device");
  if (!state.consented.has(manifest.purpose)) fail("consent_missing", `no consent for: ${purposes[manifest.purpose]}`);
  const proved = proveManifest(manifest);
  if (BigInt(manifest.rho) > limits.rhoMax)
    refuse(`the task costs ${manifest.rho} nano-rho, this device allows ${limits.rhoMax} a task`);
  if (manifest.minBatch < limits.minBatchFloor)
    refuse(`a batch of ${manifest.minBatch} is below this device's floor of ${limits.minBatchFloor}`);
  const fault = untimely(manifest.window, state.now, limits);
  if (fault !== undefined) refuse(fault);
  if (manifest.noise.unit === "member" && !limits.memberSecret)
    refuse("the task counts members, and this app gave the client no memberSecret to tell them by");
  if (!sameTokens(manifest.tokens, limits.tokens))
    refuse(
      manifest.tokens === undefined
        ? "the task spends no tokens: on a reset device nothing would bound it"
        : "the task spends tokens of an issuer, key or worth that this app does not pin",
    );
  const { leader, helper } = manifest.aggregators;
  if (leader.url !== limits.leaderUrl || helper.url !== limits.helperUrl)
    refuse("the aggregators are not the pinned ones");
  if (state.now < manifest.upload.opens || state.now >= manifest.upload.closes) refuse("the task is not open now");
  const registry = registryOf(manifest);
  for (const { attribute } of attributeListsOf(manifest)) {
    const known = registry.attribute(attribute);
    if (known === undefined) return refuse(`this device knows no attribute "${attribute}"`);
    if (!known.purposes.includes(manifest.purpose)) refuse(`${known.title} is not for ${manifest.purpose}`);
  }
  const { source } = manifest;
  if (source.kind === "model-update" && manifest.purpose !== "model-training")
    refuse(`training a model is not ${manifest.purpose}`);
  for (const id of metricsOf(source)) {
    const metric = registry.metric(id);
    if (metric === undefined) return refuse(`this device knows no metric "${id}"`);
    if (!metric.purposes.includes(manifest.purpose)) refuse(`${metric.title} is not for ${manifest.purpose}`);
  }
  return proved;
}
