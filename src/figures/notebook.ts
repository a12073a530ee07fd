// A release as a Jupyter notebook (nbformat 4.5): the exact numbers, their table, and a figure in two tones by matplotlib.
// Python's standard library and matplotlib are enough; the Vega-Lite drawing shows where the front end knows it.
import type { Figure } from "./figure.ts";
import {
  code,
  data,
  finite,
  inMarkdown,
  literal,
  markdown,
  notebookOf,
  tableCell,
  vegaCell,
} from "./notebook-cells.ts";
import { light } from "./palette.ts";
import type { Spec } from "./vega-lite.ts";

export interface NotebookParts {
  readonly title: string;
  /** What a reader must know of the numbers, a paragraph each. */
  readonly about: readonly string[];
  /** The release's cells, as a JSON text. */
  readonly json: string;
  readonly figures: readonly Figure[];
  readonly vegaLite: Spec;
}

/** A JSON text with a final newline. No outputs: nothing in it claims to have run. */
export function notebook({ title, about, json, figures, vegaLite }: NotebookParts): string {
  return notebookOf([
    markdown("about", [`# ${inMarkdown(title)}`, ...about.map(inMarkdown)].join("\n\n")),
    code(
      "release",
      `import json\n\n# The release's cells, as \`paceline export --json\` writes them.\nrelease = json.loads(${literal(json)})\n`,
    ),
    code("table", tableCell(figures)),
    code("figure", figure(figures)),
    markdown("vega-lite-about", "The same as Vega-Lite, for front ends that draw it (JupyterLab, VS Code)."),
    code("vega-lite", vegaCell(vegaLite)),
  ]);
}

function figure(figures: readonly Figure[]): string {
  const panels = figures.flatMap(({ title, rows, chart }) =>
    chart.kind === "strips"
      ? [{ title, unit: chart.axis.title, ends: [chart.axis.low, chart.axis.high], rows: rows.map(finite) }]
      : [],
  );
  return `import matplotlib.pyplot as plt

panels = ${data(panels)}
strong, soft = "${light.strong}", "${light.soft}"
heights = [max(1, len(panel["rows"])) for panel in panels]
figure, axes = plt.subplots(
    max(1, len(panels)), 1, squeeze=False, layout="constrained",
    figsize=(7, 0.45 * sum(heights) + 1.2 * len(panels) + 0.5),
    height_ratios=[n + 1 for n in heights] or None,
)
for panel, ax in zip(panels, axes[:, 0]):
    low_end, high_end = panel["ends"]
    margin = 0.04 * (high_end - low_end)
    ax.set_xlim(low_end - margin, high_end + margin)
    for y, row in enumerate(panel["rows"]):
        if row["estimate"] is None:
            continue  # suppressed: its reason is in the table
        for low, high, colour, width, name in [
            ("low", "high", soft, 5, "with sampling"),
            ("privacyLow", "privacyHigh", strong, 8, "privacy noise alone"),
        ]:
            ends = [low_end if row[low] is None else row[low], high_end if row[high] is None else row[high]]
            ax.plot(ends, [y, y], color=colour, linewidth=width, solid_capstyle="butt", label=name)
        ax.plot(row["estimate"], y, "o", color="white", markeredgecolor=strong, markeredgewidth=2, markersize=8)
    # A dollar sign is a dollar sign, not mathematics.
    ax.set_yticks(range(len(panel["rows"])), [row["label"].replace("$", r"\\$") for row in panel["rows"]])
    ax.set_title(panel["title"].replace("$", r"\\$"), loc="left")
    ax.set_xlabel(panel["unit"].replace("$", r"\\$"))
    ax.invert_yaxis()
    ax.spines[["top", "right", "left"]].set_visible(False)
# One entry a tone, whichever rows are suppressed.
tones = {name: line for ax in axes[:, 0] for line, name in zip(*ax.get_legend_handles_labels())}
figure.legend(tones.values(), tones.keys(), loc="outside lower center", ncols=2, frameon=False)
plt.show()
`;
}
