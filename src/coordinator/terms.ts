// What the coordinator is configured with: its own rules for the tasks it publishes.
import type { UploadQuota } from "../aggregate/quota.ts";
import type { Unit } from "../task/manifest.ts";
import type { OperatorRegistry } from "../task/metrics/definition.ts";
import type { TokenTerms } from "../task/tokens.ts";

/** The other organisation's service. */
export interface HelperTerms {
  readonly url: string;
  readonly token: string;
  /** The helper's Ed25519 key and its encoded HpkeConfig, as agreed between the two organisations. */
  readonly signingKey: Uint8Array;
  readonly hpke: Uint8Array;
}

export interface CoordinatorTerms {
  /** Its own public address, as manifests name it. */
  readonly url: string;
  /** Where left out, all it does is train by masked sums, for which a registrar is needed: no question is answered. */
  readonly helper?: HelperTerms;
  /** Nano-rho an epoch may cost in all. */
  readonly epochCap: bigint;
  /** Nano-rho a year of them may cost in all. */
  readonly yearCap: bigint;
  readonly minBatchFloor: number;
  /** Nano-rho a task costs at least. */
  readonly rhoMin: bigint;
  /** Tasks that take reports at one time, and bytes of one manifest: every phone reads them. */
  readonly openTasksMax: number;
  readonly manifestBytesMax: number;
  /** Days after the end of a window for which it may still be asked about. */
  readonly windowAgeDaysMax: number;
  /** Whom its tasks count. "member" is for apps whose every device has a secret of its member's account; default "installation". */
  readonly unit?: Unit;
  /** Where an issuer runs: what every report spends of its tokens. The helper has the same terms. */
  readonly tokens?: TokenTerms;
  /** The operator's own metrics, attributes and formulas, signed for devices, and its lists of values of built-in attributes. */
  readonly registry?: OperatorRegistry;
  /** Who says who is in a masked round, at an address of its own; where left out, there are none. Its Ed25519 key. */
  readonly registrar?: { readonly url: string; readonly key: Uint8Array };
  /** How long a task takes reports, from when the helper has signed it. */
  readonly uploadSeconds: number;
  /** Without a report for so long, a batch that is large enough counts as complete; else when its time is over. */
  readonly quietSeconds?: number;
  /** What strangers may store; `defaultQuota` when left out. */
  readonly uploads?: UploadQuota;
  /** Reports in one aggregation job. */
  readonly jobReports: number;
}
