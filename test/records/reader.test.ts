// A reader that a test makes, from its first bytes to its samples: what the types promise.
import { describe, expect, test } from "vitest";
import type { Reader } from "../../src/records/reader.ts";
import { readers } from "../../src/records/readers.ts";
import { headOf, readerOf } from "../../src/records/recognise.ts";
import { localDay, type Source } from "../../src/records/sample.ts";
import { noteSays, skipSays } from "../../src/records/says.ts";
import { zoneOfInstant } from "../../src/records/zones.ts";
import { builtIn } from "../../src/task/metrics.ts";
import { inputOf, KeptSink } from "./support.ts";

const source: Source = { key: "w1", provider: "lines", deviceClass: "watch" };

/** Lines of `instant value`, of which an empty value is none. */
const lines: Reader = {
  id: "lines",
  title: "lines of steps",
  gives: ["steps"],
  recognises: (head) => new TextDecoder().decode(head).startsWith("steps\n"),
  async read(input, sink, options) {
    let text = "";
    for await (const piece of input.open()) text += new TextDecoder().decode(piece);
    text.split("\n").forEach((line, at) => {
      const place = { file: input.path, line: at + 1 };
      const [start = "", value = ""] = line.split(" ");
      if (value === "") {
        if (at > 0 && line !== "") sink.skip("empty", place);
      } else
        sink.sample({
          member: "",
          metric: "steps",
          when: {
            kind: "span",
            start: Number(start),
            end: Number(start) + 60_000,
            zone: zoneOfInstant(options, Number(start)),
          },
          value: Number(value),
          source,
          place,
        });
    });
  },
};

describe("a reader", () => {
  const text = "steps\n1776038400000 12\n1776038460000 \n1776038520000 8\n";

  test.each([1, 7, 4096])("knows its file by its first bytes, in pieces of %i", async (pieceBytes) => {
    expect(await readerOf(inputOf("a/b.txt", text, pieceBytes), [lines])).toBe(lines);
    expect(await readerOf(inputOf("a/b.txt", `x${text}`, pieceBytes), [lines])).toBeUndefined();
    expect(await readerOf(inputOf("empty", "", pieceBytes), [...readers, lines])).toBeUndefined();
  });

  test("sees 64 KiB at most, whole", async () => {
    const long = new Uint8Array(200_000).map((_, at) => at);
    expect(await headOf(inputOf("long", long, 1000))).toEqual(long.subarray(0, 65_536));
    expect(await headOf(inputOf("long", long, 200_000))).toEqual(long.subarray(0, 65_536));
    expect(await headOf(inputOf("short", long.subarray(0, 9), 4))).toEqual(long.subarray(0, 9));
  });

  test("pushes samples with their place and says where the zone is from", async () => {
    const sink = new KeptSink();
    await lines.read(inputOf("a/b.txt", text), sink, { registry: builtIn, offsetAt: () => 60 });
    expect(sink.samples.map(({ value, place }) => [value, place.line])).toEqual([
      [12, 2],
      [8, 4],
    ]);
    expect(sink.samples[0]?.when).toMatchObject({ zone: { offsetMinutes: 60, from: "device" } });
    expect(sink.skipped).toEqual([{ reason: "empty", place: { file: "a/b.txt", line: 3 } }]);
  });
});

test("a local day begins at local midnight", () => {
  const midnight = 20_556 * 86_400_000; // 2026-04-13, UTC
  expect(localDay(midnight - 1, 0)).toBe(20_555);
  expect(localDay(midnight, 0)).toBe(20_556);
  expect(localDay(midnight - 1, 60)).toBe(20_556);
  expect(localDay(midnight, -1)).toBe(20_555);
  expect(localDay(-1, 0)).toBe(-1);
});

test("every reason and note has a sentence of its own", () => {
  const sentences = [...Object.values(skipSays), ...Object.values(noteSays)];
  expect(new Set(sentences).size).toBe(sentences.length);
  for (const sentence of sentences) expect(sentence).toMatch(/^[a-z].{10,}[^.]$/);
});
