// Figures of a simulation as a notebook: its result as JSON, the tables, and curves by matplotlib.
import type { Figure } from "./figure.ts";
import { code, data, inMarkdown, literal, markdown, notebookOf, tableCell, vegaCell } from "./notebook-cells.ts";
import { vegaLite } from "./vega-lite.ts";

export interface SimulationNotebook {
  readonly title: string;
  /** What a reader must know of the numbers, a paragraph each. */
  readonly about: readonly string[];
  /** The whole result, as a JSON text. */
  readonly json: string;
  readonly figures: readonly Figure[];
}

/** A JSON text with a final newline. */
export function figuresNotebook({ title, about, json, figures }: SimulationNotebook): string {
  return notebookOf([
    markdown("about", [`# ${inMarkdown(title)}`, ...about.map(inMarkdown)].join("\n\n")),
    code("result", `import json\n\nresult = json.loads(${literal(json)})\n`),
    code("table", tableCell(figures)),
    code("figure", curvesCell(figures)),
    markdown("vega-lite-about", "The same as Vega-Lite, for front ends that draw it (JupyterLab, VS Code)."),
    code("vega-lite", vegaCell(vegaLite(title, figures))),
  ]);
}

function curvesCell(figures: readonly Figure[]): string {
  const panels = figures.flatMap(({ title, rows, chart }) => {
    if (chart.kind !== "curves") return [];
    const { x, y, series = "" } = chart;
    const names = [...new Set(rows.map((row) => String(row[series] ?? "")))];
    const points = (name: string) =>
      rows.flatMap((row) =>
        String(row[series] ?? "") === name && Number.isFinite(row[x.field]) && Number.isFinite(row[y.field])
          ? [[row[x.field] as number, row[y.field] as number]]
          : [],
      );
    const axis = ({ title: name, scale }: typeof x) => ({ title: name, scale });
    return [{ title, x: axis(x), y: axis(y), series: names.map((name) => ({ name, points: points(name) })) }];
  });
  return `import matplotlib.pyplot as plt

panels = ${data(panels)}
figure, axes = plt.subplots(max(1, len(panels)), 1, squeeze=False, layout="constrained", figsize=(7, 4 * max(1, len(panels))))
for panel, ax in zip(panels, axes[:, 0]):
    for one in panel["series"]:
        # A dollar sign is a dollar sign, not mathematics.
        ax.plot(*zip(*one["points"]), label=one["name"].replace("$", r"\\$")) if one["points"] else None
    ax.set(title=panel["title"].replace("$", r"\\$"), xlabel=panel["x"]["title"], ylabel=panel["y"]["title"])
    ax.set_xscale(panel["x"]["scale"])
    ax.set_yscale(panel["y"]["scale"])
    ax.legend(frameon=False)
plt.show()
`;
}
