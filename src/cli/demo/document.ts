// What one run of the demo found, as one document: printed by --json, drawn by the page.
import type { Meaning } from "../../figures/meanings.ts";
import type { Widths } from "../../figures/page/slider.ts";
import type { Refused } from "../probe/attacks.ts";

export interface DemoCell {
  /** e.g. "35-44/median rhr" */
  readonly key: string;
  /** "35-44"; null where the answer is not split. */
  readonly group: string | null;
  /** What it is, in words, with its unit. */
  readonly meaning: Meaning;
  readonly estimate: number;
  /** Sampling and privacy noise together. */
  readonly interval95: readonly [number, number];
  /** Privacy noise alone, about the contributing members' own clipped and bucketed values. */
  readonly privacyInterval95: readonly [number, number];
  readonly privacyNoiseSd: number;
  /** The members' non-private answer, which only a demo may know; NaN (null in JSON) where there is no member. */
  readonly truth: number;
  /** The interval spans more than a quarter of all that could be. */
  readonly useless?: true;
}

export interface DemoRelease {
  readonly question: string;
  readonly cells: readonly DemoCell[];
  readonly privacy: {
    readonly epsilon: number;
    readonly delta: number;
    readonly rho: number;
    readonly unit: string;
    readonly neighbouring: string;
    readonly mechanism: string;
    readonly trustMode: string;
  };
}

export interface DemoDocument {
  readonly members: number;
  readonly consented: number;
  readonly reports: {
    readonly uploaded: number;
    readonly null: number;
    readonly accepted: number;
    readonly rejected: number;
  };
  readonly releases: readonly DemoRelease[];
  readonly training: {
    readonly rounds: number;
    readonly accuracy: number;
    readonly central: number;
    readonly withoutPrivacy: number;
    readonly rho: number;
    /** Accuracy of the commoner answer for everyone. */
    readonly majority: number;
    /** Probability that a member who will is scored above one who will not. */
    readonly auc: { readonly here: number; readonly central: number; readonly withoutPrivacy: number };
  } | null;
  /** ρ of the fullest epoch. */
  readonly ledger: { readonly cap: number; readonly spent: number };
  readonly attacks: readonly Refused[];
  readonly canary: { readonly bytes: number; readonly values: number; readonly hits: number };
  readonly seconds: number;
  /** What a reader should know about this run, e.g. that 35 members make the noise large. */
  readonly notes: readonly string[];
}

/** What the page shows beside the document: one member's device, which only that member would see. */
export interface DemoStory {
  /** One member in three columns. */
  readonly three: { readonly phone: string; readonly leader: string; readonly helper: string };
  /** "58 bpm: lower than about 70 % (64–76 %) of members aged 35–44" */
  readonly comparison: string;
  readonly log: readonly {
    readonly at: string;
    readonly bytes: number;
    readonly to: string;
    readonly question: string;
    readonly what: string;
    readonly rho: number;
  }[];
  readonly score: {
    readonly title: string;
    readonly probability: number;
    readonly reasons: readonly { readonly title: string; readonly contribution: number }[];
  } | null;
  readonly ledger: readonly { readonly epoch: string; readonly cap: number; readonly spent: number }[];
  readonly widths: Widths;
}
