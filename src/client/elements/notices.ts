// <paceline-notices>: what is asked of the member now, before this device answers.
import { type ElementClient, h, PacelineElement } from "./element.ts";

export class PacelineNotices extends PacelineElement {
  protected async content(client: ElementClient): Promise<Node> {
    const { words } = this;
    const notices = await client.notices(words.language);
    if (notices.length === 0) {
      const looks = Object.values(client.snapshot().consents).includes("given");
      return h("p", { class: "empty" }, looks ? words.noQuestions : words.notLooking);
    }
    return h(
      "div",
      {},
      ...notices.map(({ question, says, answersAt }) =>
        h(
          "section",
          {},
          h("p", {}, h("span", { class: "quiet" }, words.asked), " ", h("q", {}, question)),
          h("ul", {}, ...says.map((sentence) => h("li", {}, sentence))),
          h("p", {}, words.answers(this.when(answersAt))),
        ),
      ),
    );
  }
}
