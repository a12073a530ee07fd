// What was said in secret against what was released: only this page, which is every phone at once, can show both.
import { budgetFigure, type Figure, type Row } from "../../figures/index.ts";
import type { Ledger, Told } from "./world.ts";

const said = (value: number) => value.toLocaleString("en-US", { maximumFractionDigits: 0 });

/** Of a histogram each released number is a bar with a name of its own; of others they are what the answer is computed from. */
function namesOf({ truth, figures: [first, ...others] }: Told): readonly string[] {
  const named = others.length === 0 && truth.length > 2 && first?.rows.length === truth.length ? first.rows : [];
  return truth.map((_, at) => String(named[at]?.label ?? `number ${at + 1}`));
}

export function releasedFigure(told: Told): Figure {
  const { truth, released } = told;
  const names = namesOf(told);
  const rows = truth.map((value, at): Row => {
    const noised = released[at] ?? 0;
    return {
      label: names[at] ?? "",
      truth: value,
      released: noised,
      noise: noised - value,
      reading: `${said(value)} → ${said(noised)}`,
    };
  });
  const all = [...truth, ...released];
  const format = { kind: "number", decimals: 0 } as const;
  return {
    id: "released",
    title: "The sum that nobody sees, and what is released of it",
    words: rows.map(({ label, reading }) => `${label}: ${reading}.`).join(" "),
    rows,
    caption: "Each released number: what phones said, and what was released",
    columns: [
      { title: "Number", fields: ["label"], format: { kind: "words" } },
      { title: "Said", fields: ["truth"], format },
      { title: "Released", fields: ["released"], format },
      { title: "Noise of both", fields: ["noise"], format },
    ],
    chart: {
      kind: "strips",
      label: "label",
      reading: "reading",
      axis: { title: "released integers", scale: "linear", low: Math.min(0, ...all), high: Math.max(1, ...all) },
      marks: [
        { mark: "truth", at: "truth", means: "what phones said, added up" },
        { mark: "dot", at: "released", means: "what is released" },
      ],
    },
  };
}

export function ledgerFigure({ whose, epochs }: Ledger): Figure {
  return budgetFigure(`ledger-${whose}`, `The ${whose}'s ledger`, epochs);
}
