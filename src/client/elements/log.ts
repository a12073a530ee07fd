// <paceline-log>: everything that left this device, the newest first.
import { type ElementClient, h, PacelineElement } from "./element.ts";

export class PacelineLog extends PacelineElement {
  protected async content(client: ElementClient): Promise<Node> {
    const { words } = this;
    const log = [...(await client.log())].reverse();
    if (log.length === 0) return h("p", { class: "quiet" }, words.nothingLeft);
    const { columns } = words;
    const names = Object.values(columns);
    const rows = log.map(({ at, question, what, nullBecause, bytes, delivered }) => {
      const said = nullBecause === undefined ? what : words.emptyBecause(nullBecause);
      const cells = [this.when(at), question, said, String(bytes), delivered ? words.yes : words.notYet];
      return h(
        "tr",
        {},
        ...cells.map((cell, i) =>
          h("td", { "data-label": names[i] as string, ...(i === 3 && { class: "number" }) }, cell),
        ),
      );
    });
    const head = h("thead", {}, h("tr", {}, ...names.map((name) => h("th", { scope: "col" }, name))));
    // Scrolls by keyboard too, where it is wider than the page.
    return h(
      "div",
      { class: "wide", tabindex: "0", role: "region", "aria-label": columns.what },
      h("table", {}, head, h("tbody", {}, ...rows)),
    );
  }
}
