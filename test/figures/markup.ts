// Reads a page as a strict parser would: every tag closed in order, every attribute quoted, every & an entity.
import { expect } from "vitest";

export interface OpenTag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

const VOID = new Set(["meta", "input", "br", "wbr"]);
const TAG = /<(\/?)([a-z][a-z0-9]*)((?: [a-z][a-zA-Z0-9:-]*(?:="[^"<>]*")?)*)(\/?)>/g;
const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&amp;": "&",
};

const decoded = (text: string) => text.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity] as string);
/** What a parser takes as text of its own kind, whatever is in it. */
const withoutRaw = (page: string) =>
  page.replace(/(<(script|style)\b[^>]*>).*?<\/\2>/gs, "$1</$2>").replace("<!doctype html>", "");

/** The page's tags in order. Fails on markup that a careless parser could read in another way. */
export function openTags(page: string): readonly OpenTag[] {
  const markup = withoutRaw(page);
  const between = markup.replace(TAG, "");
  expect(between).not.toMatch(/[<>]/);
  expect(between).not.toMatch(/&(?!(?:lt|gt|quot|#39|amp);)/);
  const open: string[] = [];
  const tags: OpenTag[] = [];
  for (const [, closing, name = "", attributes = "", selfClosing] of markup.matchAll(TAG)) {
    if (closing) expect(open.pop()).toBe(name);
    else {
      if (!selfClosing && !VOID.has(name)) open.push(name);
      const pairs = Array.from(
        attributes.matchAll(/ ([a-zA-Z0-9:-]+)(?:="([^"]*)")?/g),
        ([, key = "", value = ""]) => [key, decoded(value)] as const,
      );
      tags.push({ name, attributes: new Map(pairs) });
    }
  }
  expect(open).toEqual([]);
  return tags;
}

/** What a reader sees, tags left out, every space a plain one. */
export function textOf(page: string): string {
  return decoded(withoutRaw(page).replace(TAG, "")).replaceAll("\u00a0", " ");
}
