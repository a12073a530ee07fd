// What a study says of one cell beyond its error: ten answers an analyst might have been told, and what their error is made of.
import type { Figure, Row } from "../../figures/index.ts";
import type { StudiedCell, StudyResult, Told } from "../../simulate/index.ts";

const WORDS = { kind: "words" } as const;
const NUMBER = { kind: "significant", digits: 3 } as const;

const factorOf = ({ kind }: StudiedCell) => (kind === "share" ? 100 : 1);
const said = (value: number) => value.toLocaleString("en-US", { maximumSignificantDigits: 3 });
const pointAt = (study: StudyResult, budget: string) =>
  study.points.find(({ budget: one }) => "epsilon" in one && one.epsilon === budget) ?? study.points.at(-1);

/** Ten dots a group: of the groups that have the same statistic as the cell. @param budget ε, as it was asked */
export function releasesFigure(study: StudyResult, at: number, budget: string): Figure | undefined {
  const [cell, point] = [study.cells[at], pointAt(study, budget)];
  if (cell === undefined || point === undefined) return undefined;
  const factor = factorOf(cell);
  const rows = study.cells.flatMap(({ title, group }, index): Row[] => {
    const summary = point.cells[index];
    if (title !== cell.title || summary === undefined) return [];
    const shown = summary.first.filter(({ hidden }) => !hidden);
    const values = shown.map(({ estimate }) => estimate * factor);
    const dots = Object.fromEntries(
      summary.first.map(({ estimate, hidden }, run) => [`run${run + 1}`, hidden ? null : estimate * factor]),
    );
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return [
      {
        label: group ?? "All members",
        ...dots,
        truth: summary.truth === null ? null : summary.truth * factor,
        reading: values.length === 0 ? "hidden in all ten" : `${said(low)} to ${said(high)}${hiddenOf(summary.first)}`,
      },
    ];
  });
  const numbers = rows.flatMap((row) => Object.values(row).filter((value) => typeof value === "number"));
  const [low, high] = numbers.length === 0 ? [0, 1] : [Math.min(...numbers), Math.max(...numbers)];
  const runs = point.cells[at]?.first.length ?? 0;
  return {
    id: "releases",
    title: `Ten answers you might be told: ${cell.title}`,
    words: rows
      .map(
        ({ label, reading, truth }) =>
          `${label}: ${reading}${typeof truth === "number" ? `, the truth ${said(truth)}` : ""}.`,
      )
      .join(" "),
    rows,
    caption: `${cell.title}, in ${cell.unit}: ${runs} possible releases`,
    columns: [
      { title: "Group", fields: ["label"], format: WORDS },
      ...Array.from({ length: runs }, (_, run) => ({
        title: `${run + 1}`,
        fields: [`run${run + 1}`] as const,
        format: NUMBER,
      })),
      { title: "Truth", fields: ["truth"], format: NUMBER },
    ],
    chart: {
      kind: "strips",
      label: "label",
      reading: "reading",
      axis: { title: cell.unit, scale: "linear", low, high: high > low ? high : low + 1 },
      marks: [
        ...Array.from({ length: runs }, (_, run) => ({
          mark: "dot" as const,
          at: `run${run + 1}`,
          means: "one possible answer",
        })),
        { mark: "truth", at: "truth", means: "the truth among whom cohorts are drawn from" },
      ],
    },
  };
}

const hiddenOf = (first: readonly Told[]) => {
  const count = first.filter(({ hidden }) => hidden).length;
  return count === 0 ? "" : `, ${count} hidden`;
};

/** Where an answer's distance from the members' own values comes from. Squares of noise and sampling add up; bounds and bins shift. */
export function splitFigure(study: StudyResult, at: number, budget: string): Figure | undefined {
  const [cell, point] = [study.cells[at], pointAt(study, budget)];
  const summary = point?.cells[at];
  if (cell === undefined || summary === undefined) return undefined;
  const factor = factorOf(cell);
  const { error, noiseError } = summary;
  const noise = noiseError?.rmse ?? Number.NaN;
  const sampling =
    error === null || noiseError === null ? Number.NaN : Math.sqrt(Math.max(0, error.rmse ** 2 - noise ** 2));
  // Counts of the pool are not those of a cohort: what bounds do to them is in no unit of the answer.
  const counted = cell.kind === "count";
  const shift = (to: number | null, from: number | null) =>
    counted || to === null || from === null ? Number.NaN : Math.abs(to - from);
  const parts = [
    { label: "Clipping", amount: shift(cell.clipped, cell.direct) },
    { label: "Bins and caps", amount: shift(cell.estimated, cell.clipped) },
    { label: "Privacy noise", amount: noise },
    { label: "Sampling", amount: sampling },
  ].map(({ label, amount }) => ({ label, amount: amount * factor }));
  const rows: readonly Row[] = [
    ...parts.map(({ label, amount }) => ({
      label,
      amount: Number.isNaN(amount) ? null : amount,
      reading: Number.isNaN(amount) ? "not in counts" : said(amount),
    })),
    { label: "Hidden", amount: null, reading: `in ${said(100 * summary.suppressed)} % of the runs` },
  ];
  const most = Math.max(0, ...parts.map(({ amount }) => amount).filter(Number.isFinite));
  return {
    id: "error-split",
    title: `What the error is made of, in ${cell.unit}: ${cell.group === null ? cell.title : `${cell.title}, ${cell.group}`}`,
    words: rows.map(({ label, reading }) => `${label}: ${reading}.`).join(" "),
    rows,
    caption: `Parts of the error, in ${cell.unit}: shifts by bounds and bins, standard deviations of noise and sampling`,
    columns: [
      { title: "Part", fields: ["label"], format: WORDS },
      { title: cell.unit, fields: ["amount"], format: NUMBER },
      { title: "In words", fields: ["reading"], format: WORDS },
    ],
    chart: {
      kind: "strips",
      label: "label",
      reading: "reading",
      bare: true,
      axis: { title: cell.unit, scale: "linear", low: 0, high: most > 0 ? most : 1 },
      marks: [{ mark: "bar", to: "amount", means: "size" }],
    },
  };
}
