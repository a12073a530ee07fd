// What a study of a training does not draw by itself: how different people are.
import type { Figure, Row } from "../../figures/index.ts";
import type { StudiedPerson } from "../../simulate/training/study/people.ts";

const SHOWN = 8;

/** The share of each one's commonest class: of eight people from the most to the least uneven. */
export function mixFigure(people: readonly StudiedPerson[], classes: readonly string[]): Figure {
  const all = people
    .map(({ labels }, p): Row & { readonly share: number } => {
      const counts = classes.map((_, k) => labels.filter((label) => label === k).length);
      const most = Math.max(...counts);
      const share = labels.length === 0 ? 0 : most / labels.length;
      const name = classes[counts.indexOf(most)] ?? "";
      return {
        label: `Person ${p + 1}: mostly ${name}`,
        ...Object.fromEntries(classes.map((each, k) => [each, counts[k] as number])),
        share,
        reading: `${Math.round(100 * share)} %`,
      };
    })
    .sort((a, b) => b.share - a.share);
  const rows = Array.from(
    { length: Math.min(SHOWN, all.length) },
    (_, i) => all[Math.round((i * (all.length - 1)) / Math.max(1, Math.min(SHOWN, all.length) - 1))] as Row,
  );
  return {
    id: "mix",
    title: "How different people are",
    words: rows.map(({ label, reading }) => `${label}, ${reading}.`).join(" "),
    rows,
    caption: "Examples of each activity, of some of the people",
    columns: [
      { title: "Person", fields: ["label"], format: { kind: "words" } },
      ...classes.map((each) => ({
        title: each,
        fields: [each] as const,
        format: { kind: "number", decimals: 0 } as const,
      })),
      { title: "Commonest", fields: ["share"], format: { kind: "percent", decimals: 0 } },
    ],
    chart: {
      ...{ kind: "strips", label: "label", reading: "reading", bare: true },
      axis: { title: "share of the commonest activity", scale: "linear", low: 0, high: 1 },
      marks: [{ mark: "bar", to: "share", means: "share of the commonest activity" }],
    },
  };
}
