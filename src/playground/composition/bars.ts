// Bars of ε from 0, one a row.
import type { StripMark, Strips } from "../../figures/index.ts";

/** @param most the largest ε there is */
export const epsilonBars = (most: number, mark: Omit<Extract<StripMark, { mark: "bar" }>, "mark">): Strips => ({
  kind: "strips",
  label: "label",
  reading: "reading",
  bare: true,
  axis: { title: "ε", scale: "linear", low: 0, high: most > 0 ? most : 1 },
  marks: [{ mark: "bar", ...mark }],
});
