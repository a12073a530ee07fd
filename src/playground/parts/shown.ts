// The figures that the open room shows, for whoever wants all of them at once.
import { useEffect } from "preact/hooks";
import type { Figure } from "../../figures/index.ts";

const shown = new Map<string, Figure>();

/** While the card that calls it stands on the page. */
export function useShown(figure: Figure): void {
  useEffect(() => {
    shown.set(figure.id, figure);
    return () => {
      if (shown.get(figure.id) === figure) shown.delete(figure.id);
    };
  }, [figure]);
}

/** In the order of the page. */
export function shownFigures(): readonly Figure[] {
  const cards = document.querySelectorAll("figure.chart");
  return Array.from(cards, ({ id }) => shown.get(id)).filter((figure) => figure !== undefined);
}
