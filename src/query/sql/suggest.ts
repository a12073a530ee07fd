// What may come next at a place in a text, for editors: the grammar says of what kind, the registry which names.
import type { IToken } from "chevrotain";
import type { Catalogue } from "../question/catalogue.ts";
import { functions, scalarFunctions } from "./functions.ts";
import { optionNames } from "./options.ts";
import { allowedAfter } from "./problem.ts";
import * as t from "./tokens.ts";

export interface Suggestion {
  /** What is put into the text. */
  readonly text: string;
  readonly kind: "word" | "function" | "metric" | "attribute" | "table" | "value" | "option";
  /** A title, a signature or a range, for people. */
  readonly about: string;
}

export interface Suggestions {
  /** What a suggestion takes the place of: from … to, in UTF-16 units. */
  readonly from: number;
  readonly to: number;
  readonly options: readonly Suggestion[];
}

type Clause = "select" | "from" | "where" | "group" | "window" | "with";
const clauses = new Map<unknown, Clause>([
  [t.Select, "select"],
  [t.From, "from"],
  [t.Where, "where"],
  [t.GroupBy, "group"],
  [t.Window, "window"],
  [t.With, "with"],
]);
const TEXT_MAX = 5000;

/** @param at the caret; texts beyond 5,000 characters get no suggestions */
export function suggestAt(text: string, at: number, catalogue: Catalogue): Suggestions {
  const before = text.slice(0, at);
  const quoted = openQuote(before);
  const typed = quoted === undefined ? (/[A-Za-z_][A-Za-z0-9_]*$/.exec(before)?.[0] ?? "") : before.slice(quoted + 1);
  const from = at - typed.length;
  const nothing = { from, to: at, options: [] };
  if (text.length > TEXT_MAX) return nothing;
  const { tokens, errors } = t.lexer.tokenize(before.slice(0, quoted ?? from));
  if (errors.length > 0) return nothing;
  const allowed = new Set(allowedAfter(tokens));
  const possible = quoted === undefined ? wordsAt(tokens, allowed, catalogue) : valuesAt(tokens, catalogue);
  const wanted = typed.toLowerCase();
  const options = possible.filter(({ text: one }) => one.toLowerCase().startsWith(wanted) && one !== typed);
  return { from, to: at, options };
}

/** Where the text that is being written began, if one is. */
function openQuote(before: string): number | undefined {
  let open: number | undefined;
  for (let at = before.indexOf("'"); at >= 0; at = before.indexOf("'", at + 1))
    open = open === undefined ? at : undefined;
  return open;
}

function wordsAt(tokens: readonly IToken[], allowed: ReadonlySet<string>, catalogue: Catalogue): readonly Suggestion[] {
  const words = [...allowed].filter((label) => /^[A-Z]/.test(label));
  const values = allowed.has("a 'text'")
    ? valuesAt(tokens, catalogue).map((one) => ({ ...one, text: `'${one.text}'` }))
    : [];
  return [
    ...(allowed.has("a name") ? namesAt(tokens, catalogue) : []),
    ...values,
    ...words.map((word): Suggestion => ({ text: word, kind: "word", about: "" })),
  ];
}

function namesAt(tokens: readonly IToken[], catalogue: Catalogue): readonly Suggestion[] {
  const start = tokens.findLastIndex(({ tokenType }) => clauses.has(tokenType));
  const clause = clauses.get(tokens[start]?.tokenType);
  const inside = tokens.slice(start + 1);
  const depth = inside.reduce((sum, { image }) => sum + (image === "(" ? 1 : image === ")" ? -1 : 0), 0);
  const attributes = [...catalogue.attributes.values()].map(
    ({ id, title }): Suggestion => ({ text: id, kind: "attribute", about: title }),
  );
  switch (clause) {
    case "from":
      return [
        { text: "member_week", kind: "table", about: "a row a member; what is counted by the week is weekly" },
        { text: "member_day", kind: "table", about: "a row a member; always a day" },
      ];
    case "group":
      return attributes;
    case "where":
      return [...attributes, ...metricsOf(catalogue)];
    case "with":
      return optionNames.map((name): Suggestion => ({ text: name, kind: "option", about: "" }));
    case "select": {
      if (depth === 0)
        return Object.entries(functions).map(
          ([name, { signature }]): Suggestion => ({ text: name, kind: "function", about: signature }),
        );
      const called = inside[inside.findLastIndex(({ image }) => image === "(") - 1]?.image.toUpperCase();
      if (called === "TOP") return attributes;
      return [
        ...metricsOf(catalogue),
        ...scalarFunctions.map((name): Suggestion => ({ text: name, kind: "function", about: "of a metric" })),
      ];
    }
    default:
      return [];
  }
}

function metricsOf({ metrics }: Catalogue): readonly Suggestion[] {
  return [...metrics.values()].map(({ id, title, unit, range, per }) => ({
    text: id,
    kind: "metric",
    about: `${title}, ${range.min} to ${range.max} ${unit.replaceAll(/[{}]/g, "")} a day${per === "week" ? ", asked by the week" : ""}`,
  }));
}

/** Public values of the attribute that was named last. */
function valuesAt(tokens: readonly IToken[], { attributes }: Catalogue): readonly Suggestion[] {
  const named = tokens.findLast(({ tokenType, image }) => tokenType === t.Identifier && attributes.has(image));
  const attribute = named === undefined ? undefined : attributes.get(named.image);
  return (attribute?.values ?? []).map((value) => ({ text: value, kind: "value", about: attribute?.title ?? "" }));
}
