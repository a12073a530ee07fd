// <paceline-log>: everything that left this device, the newest first.
import { type ElementClient, h, PacelineElement } from "./element.ts";

export class PacelineLog extends PacelineElement {
  protected async content(client: ElementClient): Promise<Node> {
    const { words } = this;
    const log = [...(await client.log())].reverse();
    if (log.length === 0) {
      // An erased log says nothing of what was before; the ledger, which stays, does.
      const told = (client.snapshot().budget?.year.spent ?? 0) > 0;
      return h("p", { class: "empty" }, told ? words.nothingSince : words.nothingLeft);
    }
    const size = new Intl.NumberFormat(words.language);
    const entries = log.map(({ at, question, what, nullBecause, bytes, delivered }) =>
      h(
        "li",
        {},
        h("time", { class: "quiet", datetime: new Date(at).toISOString() }, this.when(at)),
        h("p", { class: "what" }, nullBecause === undefined ? what : words.emptyBecause(nullBecause)),
        h("p", { class: "quiet" }, `${words.question}: ${question}`),
        h(
          "p",
          { class: "quiet" },
          `${words.bytes(size.format(bytes))} · ${delivered ? words.arrived : words.notArrived}`,
        ),
      ),
    );
    return h("ol", {}, ...entries);
  }
}
