// A figure of the figures room in the page: the drawing, its numbers as a table, and files of both.
import { useMemo } from "preact/hooks";
import { type Figure, type Html, legend, svgDocument, svgOf, tableTwin } from "../../figures/index.ts";
import { csvOf } from "./csv.ts";
import { Markup } from "./markup.tsx";
import { saveText } from "./save.ts";
import { useShown } from "./shown.ts";

export function FigureCard({
  figure,
  children,
}: {
  readonly figure: Figure;
  readonly children?: preact.ComponentChildren;
}) {
  useShown(figure);
  const drawn = useMemo(() => ({ svg: svgOf(figure), table: tableTwin(figure), key: keyOf(figure) }), [figure]);
  return (
    <figure class="card chart" id={figure.id}>
      <figcaption>{figure.title}</figcaption>
      {children}
      <Markup of={drawn.svg} />
      {drawn.key === undefined ? null : <Markup of={drawn.key} />}
      <details>
        <summary>The same as a table</summary>
        <Markup of={drawn.table} />
      </details>
      <p class="files">
        <button type="button" class="quiet" onClick={() => saveText(`${figure.id}.csv`, "text/csv", csvOf(figure))}>
          CSV<span class="hidden"> of {figure.title}</span>
        </button>
        <button
          type="button"
          class="quiet"
          onClick={() => saveText(`${figure.id}.svg`, "image/svg+xml", svgDocument(figure.title, [figure]))}
        >
          SVG<span class="hidden"> of {figure.title}</span>
        </button>
      </p>
    </figure>
  );
}

function keyOf({ chart, rows }: Figure): Html | undefined {
  if (chart.kind !== "strips" || chart.bare === true || rows.length === 0) return undefined;
  const seen = new Set<string>();
  const marks = chart.marks.filter(({ means }) => !seen.has(means) && seen.add(means));
  return legend(marks);
}
