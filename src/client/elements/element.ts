// What the elements have in common: a client, drawn again whenever its state changes, in the language of where they stand.
import type { Client } from "../client.ts";
import { adopt } from "./styles.ts";
import { type Words, wordsFor } from "./words.ts";

/** Any client, whatever metrics of its operator's it knows. */
export type ElementClient = Pick<
  Client,
  "snapshot" | "subscribe" | "consent" | "withdraw" | "notices" | "log" | "lifetime" | "pause" | "resume" | "eraseAll"
>;

type Child = Node | string | undefined | false;

/** An element of plain attributes and text: nothing that came from elsewhere is ever read as markup. */
export function h(
  name: string,
  attributes: Readonly<Record<string, string | (() => void)>> = {},
  ...children: readonly Child[]
): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (typeof value === "string") made.setAttribute(key, value);
    else made.addEventListener(key, value);
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}

// Importing this on a server must not fail: there it is a class that nobody makes.
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

export abstract class PacelineElement extends Base {
  #client: ElementClient | undefined;
  #leave: (() => void) | undefined;
  #drawing = 0;

  /** Set it once, as a property: what createClient gave. */
  get client(): ElementClient | undefined {
    return this.#client;
  }
  set client(client: ElementClient | undefined) {
    this.#leave?.();
    this.#client = client;
    if (this.isConnected) this.#join();
  }

  connectedCallback(): void {
    if (this.shadowRoot === null) {
      const root = this.attachShadow({ mode: "open" });
      adopt(root);
      root.append(h("div"));
    }
    this.#join();
  }

  disconnectedCallback(): void {
    this.#leave?.();
    this.#leave = undefined;
  }

  protected get words(): Words {
    return wordsFor(this.#lang());
  }

  #lang(): string | null {
    return (this.closest("[lang]") ?? document.documentElement).getAttribute("lang");
  }

  /** A moment in the reader's own calendar, as the page's `lang` writes it: "en-GB" is not "en". */
  protected when(ms: number): string {
    const { language } = this.words;
    const lang = this.#lang();
    const form = { dateStyle: "medium", timeStyle: "short" } as const;
    try {
      return new Intl.DateTimeFormat(lang?.startsWith(language) ? lang : language, form).format(ms);
    } catch {
      return new Intl.DateTimeFormat(language, form).format(ms);
    }
  }

  /** What to show of the client now. */
  protected abstract content(client: ElementClient): Node | Promise<Node>;

  /** Does what a button stands for; what goes wrong is said in place. */
  protected act(work: () => Promise<unknown>): () => void {
    return () =>
      void work().then(
        () => this.redraw(),
        (error: unknown) => this.#say(this.words.failed(error instanceof Error ? error.message : String(error))),
      );
  }

  /** Draws again, leaving the focus on what has the same data-key. */
  protected redraw(): void {
    const client = this.#client;
    const root = this.shadowRoot;
    if (client === undefined || root === null) return;
    const drawing = ++this.#drawing;
    void Promise.resolve(this.content(client)).then(
      (node) => {
        if (drawing !== this.#drawing) return;
        const focused = (root.activeElement as HTMLElement | null)?.dataset.key;
        root.lastElementChild?.replaceWith(h("div", {}, node));
        if (focused !== undefined) root.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
      },
      (error: unknown) => this.#say(this.words.failed(error instanceof Error ? error.message : String(error))),
    );
  }

  #join(): void {
    this.#leave?.();
    this.#leave = this.#client?.subscribe(() => this.redraw());
    this.redraw();
  }

  #say(text: string): void {
    this.shadowRoot?.lastElementChild?.prepend(h("p", { role: "alert" }, text));
  }
}
