// No text of a run can become markup of its page, and the page needs nothing but itself.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { demoPage } from "../../../src/cli/demo/page/index.ts";
import { openTags, textOf } from "../../figures/markup.ts";
import { demoDocument, demoStory } from "./page-fixture.ts";

const page = demoPage(demoDocument, demoStory);
const tags = openTags(page);
const inside = (pattern: RegExp) => Array.from(page.matchAll(pattern), ([, found]) => found as string);

describe("hostile text", () => {
  const hostile = `</script><script>alert(1)</script><img src=x onerror='alert("2")'>]]>--><!--&lt;"'`;

  /** Every text of a value replaced; keys of cells keep their statistic, or the panels would be others. */
  function poisoned<T>(value: T): T {
    if (typeof value === "string") return `${hostile}${value}` as T;
    if (Array.isArray(value)) return value.map(poisoned) as T;
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, poisoned(inner)])) as T;
  }
  const attacked = demoPage(poisoned(demoDocument), poisoned(demoStory));

  test("no text opens a tag or an attribute: the tags are those of the plain page", () => {
    const shape = (html: string) =>
      new Set(openTags(html).map(({ name, attributes }) => [name, ...attributes.keys()].join(" ")));
    const plain = shape(page);
    expect([...shape(attacked)].filter((tag) => !plain.has(tag))).toEqual([]);
    expect(attacked.match(/<script/g)).toHaveLength(2);
    expect(attacked.match(/<\/script/g)).toHaveLength(2);
    expect(attacked).not.toContain("<img");
    expect(attacked).not.toContain("<!--");
  });

  test("the text is still there to read", () => {
    const { comparison, log, three } = demoStory;
    for (const shown of [comparison, log[0]?.what as string, three.helper])
      expect(textOf(attacked)).toContain(`${hostile}${shown}`);
  });

  test("the slider's data is whole JSON", () => {
    const [json] = Array.from(attacked.matchAll(/id="slider-data">(.*?)<\/script>/gs), ([, found]) => found as string);
    expect(JSON.stringify(JSON.parse(json as string))).toContain(JSON.stringify(hostile).slice(1, -1));
    expect(json).not.toMatch(/[<>&]/);
  });
});

describe("self-contained", () => {
  test("nothing refers to anything outside of the file", () => {
    const fetching = ["src", "srcset", "action", "formaction", "poster", "data", "xlink:href", "style", "ping"];
    for (const { name, attributes } of tags) {
      expect(["link", "img", "iframe", "object", "embed", "base", "image", "use"]).not.toContain(name);
      for (const attribute of fetching) expect(attributes.has(attribute)).toBe(false);
      expect([...attributes.keys()].filter((key) => key.startsWith("on"))).toEqual([]);
      expect(attributes.get("href") ?? "#").toMatch(/^#/);
    }
    expect(page).not.toMatch(/url\(|@import|\bfetch\(|XMLHttpRequest|import\(/);
    expect(page).not.toMatch(/https:\/\//);
  });

  test("the policy allows the page's own style and script by hash and nothing else", () => {
    const policy = tags.find(({ attributes }) => attributes.has("http-equiv"))?.attributes.get("content") ?? "";
    const hash = (body: string | undefined) =>
      `'sha256-${createHash("sha256")
        .update(body as string)
        .digest("base64")}'`;
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      `style-src ${hash(inside(/<style>(.*?)<\/style>/gs)[0])}`,
      `script-src ${hash(inside(/<script>(.*?)<\/script>/gs)[0])}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });
});
