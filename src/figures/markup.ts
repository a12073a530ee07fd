// The only way text becomes markup: a template tag that escapes whatever is put into it, so nothing can be forgotten.

/** Markup that is safe to put into a page as it is. Only `html` and `joined` make it. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** Not written inside a template: bundlers rewrite such templates with helpers of a package that nobody installs. */
export const endOfScript = new Html("</script>");

type Part = Html | string | number | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Markup with its parts escaped for text and for quoted attributes; parts that are markup already stay as they are.
 * Not for parts inside script and style elements, which have other rules: see `jsonForScript`.
 */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(literals.map((literal, at) => literal + markupOf(parts[at] ?? "")).join(""));
}

/**
 * JSON that can stand inside a script element of type application/json: with `<`, `>` and `&` written as escapes, no
 * string in it can end the element or open a comment (WHATWG HTML, "Restrictions for contents of script elements").
 */
export function jsonForScript(value: unknown): Html {
  const json = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return new Html(json);
}

function markupOf(part: Part): string {
  if (part instanceof Html) return part.markup;
  if (typeof part === "object") return part.map(({ markup }) => markup).join("");
  return wellFormed(`${part}`).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** What neither XML nor a reader can take becomes a mark: control characters and halves of pairs. */
function wellFormed(text: string): string {
  return text.toWellFormed().replaceAll(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, "\ufffd");
}
