// Any figures as a Jupyter notebook (nbformat 4.5): their numbers, their tables, and drawings by matplotlib. Python's standard library
// and matplotlib are enough; the Vega-Lite drawing shows where the front end knows it.
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
import { vegaLite } from "./vega-lite.ts";

export interface FiguresNotebook {
  readonly title: string;
  /** What a reader must know of the numbers, a paragraph each. */
  readonly about: readonly string[];
  /** The whole result, as a JSON text, where there is more than the figures show. */
  readonly json?: string;
  readonly figures: readonly Figure[];
}

/** A JSON text with a final newline. */
export function figuresNotebook({ title, about, json, figures }: FiguresNotebook): string {
  const plain = figures.map(({ id, title: name, words, chart, rows }) => ({
    ...{ id, title: name, words, chart },
    rows: rows.map(finite),
  }));
  const words = figures.map(({ title: name, words: said }) => `${name}: ${said}`);
  return notebookOf([
    markdown("about", [`# ${inMarkdown(title)}`, ...[...about, ...words].map(inMarkdown)].join("\n\n")),
    code("figures", `import json\n\n# Rows and marks of each figure.\nfigures = ${data(plain)}\n`),
    ...(json === undefined ? [] : [code("result", `import json\n\nresult = json.loads(${literal(json)})\n`)]),
    code("table", tableCell(figures)),
    code("drawings", drawings),
    markdown("vega-lite-about", "The same as Vega-Lite, for front ends that draw it (JupyterLab, VS Code)."),
    code("vega-lite", vegaCell(vegaLite(title, figures))),
  ]);
}

const drawings = `import matplotlib.pyplot as plt

colours = ${data(light.series)}
tones = {"strong": "${light.strong}", "soft": "${light.soft}", "bad": "${light.bad}"}


def text(words):
    # A dollar sign is a dollar sign, not mathematics.
    return words.replace("$", r"\\$")


def numbers(rows, field):
    return [float("nan") if row.get(field) is None else row[field] for row in rows]


def curves(figure, chart, rows):
    _, ax = plt.subplots(figsize=(7, 4), layout="constrained")
    x, y, band, series = chart["x"], chart["y"], chart.get("band"), chart.get("series")
    names = list(dict.fromkeys(row.get(series) for row in rows))
    for at, name in enumerate(names):
        own = [row for row in rows if row.get(series) == name]
        colour, across = colours[at % len(colours)], numbers(own, x["field"])
        ax.plot(across, numbers(own, y["field"]), color=colour, marker="o", label=text(name or ""))
        if band is not None:
            ax.fill_between(across, numbers(own, band["low"]), numbers(own, band["high"]), color=colour, alpha=0.18)
    ax.set(xscale=x["scale"], yscale=y["scale"], xlabel=text(x["title"]), ylabel=text(y["title"]))
    if len(names) > 1:
        ax.legend(frameon=False)
    return ax


def strips(figure, chart, rows):
    _, ax = plt.subplots(figsize=(7, 0.45 * len(rows) + 1.2), layout="constrained")
    axis, places = chart["axis"], range(len(rows))
    for mark in chart["marks"]:
        if mark["mark"] == "interval":
            low, high = numbers(rows, mark["from"]), numbers(rows, mark["to"])
            width = 5 if mark["tone"] == "soft" else 8
            ax.hlines(places, low, high, color=tones[mark["tone"]], linewidth=width)
        elif mark["mark"] == "bar":
            kinds = [tones.get(row.get(mark.get("tone")), tones["strong"]) for row in rows]
            ax.barh(places, numbers(rows, mark["to"]), color=kinds, height=0.5)
        else:
            shape = "|" if mark["mark"] == "truth" else "o"
            ax.scatter(numbers(rows, mark["at"]), places, marker=shape, color="${light.truth}" if shape == "|" else tones["strong"], zorder=3)
    ax.set(xscale=axis["scale"], xlabel="" if chart.get("bare") else text(axis["title"]))
    ax.set_yticks(places, [text(f"{row[chart['label']]}: {row[chart['reading']]}") for row in rows])
    ax.invert_yaxis()
    return ax


def grid(figure, chart, rows):
    panels = list(dict.fromkeys(row[chart["panel"]] for row in rows))
    heights = [sum(row[chart["panel"]] == panel for row in rows) for panel in panels]
    _, axes = plt.subplots(len(panels), 1, squeeze=False, figsize=(7, 0.2 * sum(heights) + 0.6 * len(panels)), layout="constrained")
    for panel, ax in zip(panels, axes[:, 0]):
        own = [row for row in rows if row[chart["panel"]] == panel]
        cells = [[row.get(field) or 0 for field in chart["fields"]] for row in own]
        ax.imshow(cells, cmap="Blues", vmin=chart["low"], vmax=chart["high"], aspect="auto")
        ax.set_xticks([])
        ax.set_yticks(range(len(own)), [text(row[chart["label"]]) for row in own])
        ax.set_title(text(panel), loc="left", fontsize="medium")
    return axes[0, 0]


for figure in figures:
    if figure["rows"]:
        draw = {"curves": curves, "strips": strips, "grid": grid}[figure["chart"]["kind"]]
        draw(figure, figure["chart"], figure["rows"]).figure.suptitle(text(figure["title"]))
plt.show()
`;
