// What the helper takes part in, whatever the leader says. Its operator sets this; nobody else can.
import { equalBytes } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { checkedPlan, metricsOfPlan } from "../learning/plan/check.ts";
import type { Crypto } from "../ports/crypto.ts";
import { receivingKey } from "../task/dap.ts";
import type { Manifest, Unit } from "../task/manifest.ts";
import { type DefinitionTrust, definitionsFault } from "../task/metrics/definition.ts";
import { metricsOf } from "../task/metrics/reads.ts";
import type { Purpose } from "../task/purposes.ts";

export interface HelperPolicy {
  readonly purposes: readonly Purpose[];
  /** Of the built-in registry. */
  readonly metrics: readonly string[];
  /** Whose definitions of other metrics, attributes and formulas it takes; nobody's when left out. */
  readonly registry?: DefinitionTrust | undefined;
  /** Whether model updates may be asked for. */
  readonly training: boolean;
  /** Nano-rho one task may cost. */
  readonly rhoMax: bigint;
  /** Nano-rho an epoch may cost in all: the helper's own budget. */
  readonly epochCap: bigint;
  /** Nano-rho a year of epochs may cost in all. */
  readonly yearCap: bigint;
  /** The smallest minimum batch it signs. */
  readonly minBatchFloor: number;
  /** Where set, it signs only tasks that count these. */
  readonly unit?: Unit | undefined;
}

export interface HelperIdentity {
  readonly url: string;
  /** The one leader it works with. */
  readonly leaderUrl: string;
  readonly hpkePublicKey: Uint8Array;
  readonly hpkeId: number;
}

/** @throws PacelineError policy_refused saying which rule says no */
export async function checkPolicy(
  crypto: Crypto,
  manifest: Manifest,
  policy: HelperPolicy,
  self: HelperIdentity,
): Promise<void> {
  const refuse = (why: string) => fail("policy_refused", why);
  if (!policy.purposes.includes(manifest.purpose)) refuse(`this helper does not work for ${manifest.purpose}`);
  if (BigInt(manifest.rho) > policy.rhoMax)
    refuse(`a task may cost ${policy.rhoMax} nano-rho here, this one costs ${manifest.rho}`);
  if (manifest.minBatch < policy.minBatchFloor)
    refuse(`a batch of ${manifest.minBatch} is below this helper's floor of ${policy.minBatchFloor}`);
  if (policy.unit !== undefined && manifest.noise.unit !== policy.unit)
    refuse(`this helper signs tasks that count one ${policy.unit} each, this one counts one ${manifest.noise.unit}`);
  const { leader, helper } = manifest.aggregators;
  if (leader.url !== self.leaderUrl) refuse("this helper works with another leader");
  const key = receivingKey(helper);
  if (helper.url !== self.url || key.id !== self.hpkeId || !equalBytes(key.publicKey, self.hpkePublicKey))
    refuse("the manifest names another helper's address or key");
  if (manifest.source.kind === "model-update" && !policy.training) refuse("this helper takes no part in training");
  const definitions = manifest.definitions ?? [];
  const fault = await definitionsFault(crypto, definitions, policy.registry ?? {});
  if (fault !== undefined) refuse(fault);
  const defined = new Set(definitions.map(({ definition }) => definition.id));
  const plan = checkedPlan(manifest);
  for (const id of plan === undefined ? metricsOf(manifest.source) : metricsOfPlan(plan))
    if (!policy.metrics.includes(id) && !defined.has(id)) refuse(`this helper does not work on the metric "${id}"`);
}
