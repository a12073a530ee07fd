import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attribute, unescapeXml, XmlTags } from "../../../src/records/scan/xml.ts";

/** Events as text, with the bytes handed over `chunk` at a time. */
function events(text: string, chunk = 1 << 16): { said: string[]; damaged: boolean } {
  const said: string[] = [];
  const scanner = new XmlTags({
    open(name, tag, closed) {
      const read = ["b", "c", "d"].map((key) => [key, attribute(tag, key)]).filter(([, value]) => value !== undefined);
      said.push(`<${name}${read.map(([key, value]) => ` ${key}=${value}`).join("")}${closed ? "/" : ""}>`);
    },
    close: (name, leaf) => void said.push(`${unescapeXml(leaf)}</${name}>`),
  });
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += chunk) scanner.push(bytes.slice(at, at + chunk));
  scanner.end();
  return { said, damaged: scanner.damaged };
}

test.each([
  ["<a><b c='1' d = \"2\"/>text</a>", "<a> | <b c=1 d=2/> | text</a>"],
  ['<a b="x > y">1 &lt; 2</a>', "<a b=x > y> | 1 < 2</a>"],
  ["<ns:a b='1'><!-- <c/> --><?php <d/> ?><![CDATA[<e/>]]></ns:a>", "<a b=1> | </a>"],
  ["<a\n  b='1'\n/>", "<a b=1/>"],
  ["<a b='it''s'/>", "<a b=it/>"],
  ["a < b <3 <c/>", "<c/>"],
  ["<a b='\u000b\u0001 name'></a>", "<a b=\u000b\u0001 name> | </a>"],
])("%s", (text, said) => {
  for (const chunk of [1, 2, 3, 7, 1000])
    expect(events(text, chunk)).toEqual({ said: said.split(" | "), damaged: false });
});

test("a DTD, whole or broken, is passed over, and what it declares is not expanded", () => {
  const dtd = `<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14's -->
<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;"><!ENTITY file SYSTEM "file:///etc/passwd">
<!ATTLIST Record
  type CDATA #REQUIRED
<!ELEMENT broken (a,b
]>`;
  const { said } = events(`${dtd}<a b="&lol2;&file;&amp;lt;">&lol2;</a>`);
  expect(said).toEqual(["<a b=&lol2;&file;&lt;>", "&lol2;</a>"]);
});

test.each([
  ["&#65;&#x42;&#X43;&#0066;", "ABCB"],
  ["&amp;amp;", "&amp;"],
  ["&constructor; &toString; &;", "&constructor; &toString; &;"],
  ["&#1114112;&#xFFFFFF;", "&#1114112;&#xFFFFFF;"],
])("%s", (text, plain) => {
  expect(unescapeXml(text)).toBe(plain);
});

test.each(["<a", "<a b='", "<!-- x", "<?xml", "<![CDATA[ x ]]", "<a><b c='1'"])("%s ends too early", (text) => {
  expect(events(text).damaged).toBe(true);
});

describe("whatever comes", () => {
  const noise = fc.array(
    fc.constantFrom(
      "<",
      ">",
      "/",
      "'",
      '"',
      "=",
      "!",
      "?",
      "-",
      "--",
      "[",
      "]]>",
      "<!--",
      "<![CDATA[",
      "a",
      " ",
      "&",
      "&#",
      ";",
      "é",
      "\u0000",
    ),
    { maxLength: 60 },
  );

  test("the events are the same however the bytes arrive", () => {
    fc.assert(
      fc.property(noise, fc.integer({ min: 1, max: 9 }), (parts, chunk) => {
        const text = parts.join("");
        expect(events(text, chunk)).toEqual(events(text));
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  test("the work is linear: megabytes of openings, quotes and unfinished tags pass", () => {
    let passed = 0;
    for (const piece of ["<", "<a", "<a'", "<a b='", "'", "<!--", "<![CDATA[", "&", "<a>", "</a", "<?"]) {
      events(piece.repeat(300_000));
      passed += 1;
    }
    expect(passed).toBe(11);
  });

  test("a tag that never ends is passed over, and what follows is read", () => {
    const { said, damaged } = events(`<a b='${"x".repeat(200_000)} <c/>${" ".repeat(70_000)}' ><d/>`);
    expect(damaged).toBe(true);
    expect(said.at(-1)).toBe("<d/>");
  });

  test("texts are cut, not kept whole", () => {
    const { said } = events(`<a>${"1".repeat(1e6)}</a>`);
    expect(said[1]).toHaveLength(256 + "</a>".length);
  });
});
