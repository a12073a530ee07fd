// What an attack is judged by: the same answers under different promises, each with its audited bound.
import type { Claim } from "../../privacy/auditing/claim.ts";
import type { FoundAt, RocPoint } from "../../privacy/auditing/roc.ts";

export interface Line {
  readonly name: string;
  /** In a figure. */
  readonly short: string;
  /** What is done, and who would promise that. */
  readonly says: string;
  /** Whether Paceline does it so. */
  readonly ours: boolean;
  readonly claim: Claim;
  /** Answers that are seen under this promise. */
  readonly answers: number;
}

export interface JudgedLine extends Line {
  /** The least ε, ρ or divergence that there is, with the result's confidence. */
  readonly audited: number;
  readonly crossed: boolean;
  /** The share of right decisions of the best test, where half of the runs are with the member. */
  readonly right: number;
  /** Of those present, at one false alarm in a thousand. Of attacks that look for one member. */
  readonly found?: FoundAt;
  readonly roc?: readonly RocPoint[];
}

/** One curve of a figure: something over the number of answers. */
export interface AttackCurve {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}
