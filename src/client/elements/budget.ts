// <paceline-budget>: how much of this week's and this year's limit has been told.
import type { Spent } from "../budget.ts";
import { type ElementClient, h, PacelineElement } from "./element.ts";

export class PacelineBudget extends PacelineElement {
  protected content(client: ElementClient): Node {
    const { budget } = client.snapshot();
    if (budget === undefined) return h("div");
    return h(
      "div",
      {},
      this.#meter("week", this.words.week, budget.week),
      this.#meter("year", this.words.year, budget.year),
      h("p", { class: "quiet", lang: "en" }, client.lifetime().says),
    );
  }

  #meter(id: string, title: string, { spent, cap }: Spent): Node {
    const number = new Intl.NumberFormat(this.words.language, { maximumSignificantDigits: 3 });
    const says = this.words.ofBudget(number.format(spent), number.format(cap));
    const meter = h("meter", { min: "0", max: String(cap), value: String(spent), "aria-labelledby": id });
    return h("section", {}, h("h3", { id }, title), meter, h("p", {}, says));
  }
}
