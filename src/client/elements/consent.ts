// <paceline-consent purposes="service-improvement research">: one question a purpose, off until it is answered, withdrawn with
// one press. Both buttons look alike: no answer is nearer than the other.
import { type Purpose, purposeNames } from "../../task/purposes.ts";
import { type ElementClient, h, PacelineElement } from "./element.ts";

export class PacelineConsent extends PacelineElement {
  static readonly observedAttributes = ["purposes"];

  attributeChangedCallback(): void {
    this.redraw();
  }

  /** Those of the attribute that there are, all without it. */
  get purposes(): readonly Purpose[] {
    const named = this.getAttribute("purposes")?.split(/\s+/).filter(Boolean);
    return named === undefined ? purposeNames : purposeNames.filter((purpose) => named.includes(purpose));
  }

  protected content(client: ElementClient): Node {
    const { consents, refusedBySignal } = client.snapshot();
    const { words } = this;
    const sections = this.purposes.map((purpose) => {
      const { title, notice } = words.purposes[purpose];
      const state = consents[purpose];
      const given = state === "given";
      const change = given
        ? () => client.withdraw(purpose, method)
        : () => client.consent.grant(purpose, { notice, language: words.language, method });
      const method = "a button beside the question";
      const id = `title-${purpose}`;
      const told = words.states[refusedBySignal && given ? "refused" : state];
      const stateOf = h("p", { class: `state ${state}`, role: "status" }, told);
      return h(
        "section",
        { "aria-labelledby": id },
        h("header", {}, h("h3", { id }, title), stateOf),
        h("p", {}, notice),
        !refusedBySignal &&
          h(
            "button",
            { "data-key": purpose, type: "button", click: this.act(change) },
            given ? words.withdraw : words.give,
          ),
      );
    });
    return h("div", {}, refusedBySignal && h("p", { role: "status" }, words.signal), ...sections);
  }
}
