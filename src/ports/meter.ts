/** What a service counts of its own work, for its operator alone. Labels are of sets that the code knows: outcomes and error codes. */
export interface Counted {
  /** Reports as they are taken ("upload") and verified ("verify"): "accepted", or the DAP error. */
  readonly reports: { readonly stage: "upload" | "verify"; readonly outcome: string };
  /** Aggregation jobs: "recorded" or "answered", or the code of what they met. */
  readonly jobs: { readonly outcome: string };
  /** Requests that a rule or a fault refused, by the code of the error registry. */
  readonly refusals: { readonly code: string };
}

export type Meter = <What extends keyof Counted>(what: What, labels: Counted[What], count: number) => void;

export const noMeter: Meter = () => undefined;
