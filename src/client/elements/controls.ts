// <paceline-controls>: pausing, and erasing everything, which asks once more and then says what became of it.
import type { Erasure } from "../erase.ts";
import { type ElementClient, h, PacelineElement } from "./element.ts";

export class PacelineControls extends PacelineElement {
  #asking = false;
  #erasure: Erasure | undefined;

  protected content(client: ElementClient): Node {
    const { paused } = client.snapshot();
    const { words } = this;
    const turn = paused ? () => client.resume() : () => client.pause();
    return h(
      "div",
      {},
      h("p", { role: "status" }, paused ? words.paused : ""),
      h("button", { "data-key": "pause", type: "button", click: this.act(turn) }, paused ? words.resume : words.pause),
      ...(this.#asking ? this.#question(client) : [this.#first()]),
      this.#erasure !== undefined && this.#told(this.#erasure),
    );
  }

  #first(): Node {
    const ask = async () => {
      this.#asking = true;
    };
    return h("button", { "data-key": "erase", type: "button", click: this.act(ask) }, this.words.erase);
  }

  #question(client: ElementClient): readonly Node[] {
    const { words } = this;
    const erase = async () => {
      this.#erasure = await client.eraseAll();
      this.#asking = false;
    };
    const keep = async () => {
      this.#asking = false;
    };
    return [
      h("p", { role: "alert" }, words.eraseSure),
      h("button", { "data-key": "erase", type: "button", click: this.act(erase) }, words.eraseYes),
      h("button", { "data-key": "keep", type: "button", click: this.act(keep) }, words.cancel),
    ];
  }

  #told({ states, kept }: Erasure): Node {
    const lines = [...states.filter(({ count }) => count > 0).map(({ says }) => says), kept.says];
    return h(
      "div",
      { role: "status" },
      h("p", {}, this.words.erased),
      h("ul", { lang: "en" }, ...lines.map((line) => h("li", {}, line))),
    );
  }
}
