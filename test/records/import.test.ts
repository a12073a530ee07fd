// The whole way of a file: opened, recognised, read, refused or told, with readers of the test's own.
import { strToU8, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { fail } from "../../src/base/errors.ts";
import { type Given, importFiles } from "../../src/records/import.ts";
import type { Reader } from "../../src/records/reader.ts";
import { builtIn } from "../../src/task/metrics.ts";
import { inputOf } from "./support.ts";

/** Lines of `member day steps` under a first line that says so. */
const lines: Reader = {
  id: "lines",
  title: "Lines of steps",
  gives: ["steps"],
  recognises: (head) => new TextDecoder().decode(head).startsWith("lines\n"),
  async read(input, sink) {
    let text = "";
    for await (const piece of input.open()) text += new TextDecoder().decode(piece);
    text.split("\n").forEach((line, at) => {
      const place = { file: input.path, line: at + 1, column: "steps" };
      const [member = "", day, value] = line.split(" ");
      if (member === "broken") fail("invalid_data", `${input.path}: line ${at + 1} is broken`, { hint: "mend it" });
      if (at === 0 || line === "") return;
      if (day === undefined) sink.skip("no_date", place);
      else if (value === undefined) sink.attribute(member, "site", day, place);
      else
        sink.sample({
          member,
          metric: "steps",
          when: { kind: "day", day: Number(day) },
          value: Number(value),
          source: { key: "l", provider: "lines", deviceClass: "unknown" },
          place,
        });
    });
  },
};

const file = (path: string, content: string | Uint8Array, more: Partial<Given> = {}): Given => ({
  input: inputOf(path, content),
  named: true,
  owner: "me",
  ...more,
});
const load = (...files: Given[]) => importFiles(files, { registry: builtIn, readers: [lines] });

describe("members", () => {
  test("are those that the file names, in order, with their days and attributes", async () => {
    const { members, report } = await load(file("a.txt", "lines\nbob 20556 5\nann 20557 7\nann 20556 6\nann x\n"));
    expect(members).toEqual([
      {
        id: "ann",
        profile: { site: "x" },
        days: [20_556, 20_557].map((day, i) => ({ day, values: { steps: 6 + i } })),
      },
      { id: "bob", profile: {}, days: [{ day: 20_556, values: { steps: 5 } }] },
    ]);
    expect(report).toMatchObject({
      version: 1,
      members: 2,
      memberDays: 3,
      firstDay: "2026-04-13",
      lastDay: "2026-04-14",
      files: [{ file: "a.txt", as: "lines", values: 4 }],
      unread: [],
      skipped: [],
      notes: [],
    });
  });

  test("of files that name nobody are the owner of each", async () => {
    const day = "lines\n 20556 5\n";
    const { members } = await load(file("a.txt", day, { owner: "ann" }), file("b.txt", day, { owner: "bob" }));
    expect(members.map(({ id }) => id)).toEqual(["ann", "bob"]);
  });

  test("several files that name nobody are one member's, and that is said", async () => {
    const [a, b] = [file("a.txt", "lines\n 20556 5\n"), file("b.txt", "lines\n 20557 6\n")];
    const both = await load(a, b);
    expect(both.members).toHaveLength(1);
    expect(both.report.notes).toMatchObject([{ kind: "one_member", count: 2, file: "a.txt" }]);
    expect((await load(a)).report.notes).toEqual([]);
    expect((await load({ ...a, owner: "ann" }, { ...b, owner: "bob" })).report.notes).toEqual([]);
  });

  test("may have no usable value and are still there", async () => {
    const { members, report } = await load(file("a.txt", "lines\nann 20556 -500\n"));
    expect(members).toEqual([{ id: "ann", profile: {}, days: [] }]);
    expect(report.metrics.steps).toMatchObject({
      days: 0,
      implausible: 1,
      firstImplausible: { file: "a.txt", line: 2 },
    });
    expect(report.firstDay).toBeUndefined();
  });
});

describe("the report", () => {
  test("counts by kind and file, with the first place", async () => {
    const { report } = await load(
      file("a.txt", "lines\nann 20556 5\nann\nbob\n"),
      file("b.txt", "lines\nann 20557 5\ncy\n"),
    );
    expect(report.skipped).toEqual([
      { kind: "no_date", says: "the row has no date", count: 2, file: "a.txt", line: 3, column: "steps" },
      { kind: "no_date", says: "the row has no date", count: 1, file: "b.txt", line: 3, column: "steps" },
    ]);
  });

  test("tells what lies beside good files, and what of an archive is damaged", async () => {
    const zip = zipSync({
      "good.txt": strToU8("lines\nann 20556 5\n"),
      "print.pdf": strToU8("%PDF-1.7"),
      "bad.txt": strToU8("lines\nbroken"),
      "half.txt": strToU8("lines\nann 20557 6\nbroken"),
    });
    const { members, report } = await load(file("a.zip", zip));
    expect(members[0]?.days).toHaveLength(2);
    expect(report.files.map(({ file: path }) => path)).toEqual(["a.zip/good.txt", "a.zip/half.txt"]);
    expect(report.unread.map(({ file: path, is }) => [path, is])).toEqual([
      ["a.zip/print.pdf", "a PDF document"],
      ["a.zip/bad.txt", "a.zip/bad.txt: line 2 is broken"],
    ]);
    expect(report.notes).toMatchObject([{ kind: "damaged", file: "a.zip/half.txt", count: 1 }]);
  });

  test("a thousand files that are not read are told, all are counted", async () => {
    const photos = Array.from({ length: 1200 }, (_, i) => file(`p/${i}.png`, "\u0089PNG", { named: false }));
    const { report } = await load(file("a.txt", "lines\nann 20556 5\n"), ...photos);
    expect(report.unread).toHaveLength(1000);
    expect(report.unreadCount).toBe(1200);
  });
});

describe("refused", () => {
  const refusal = async (...files: Given[]) => {
    const error = await load(...files).then(
      () => undefined,
      (caught: { code: string; message: string; hint?: string }) => caught,
    );
    return error === undefined ? "read" : `${error.code}: ${error.message}`;
  };

  test.each([
    ["invalid_data: a.txt is a PDF document", "%PDF-1.7"],
    ["invalid_data: a.txt is empty", ""],
    ["invalid_data: a.txt: line 2 is broken", "lines\nbroken"],
    ["invalid_data: a.txt is Lines of steps with no value in it", "lines\n"],
    [
      "invalid_data: a.txt is Lines of steps of which nothing can be used: the row has no date (2 times, first in line 2, column steps)",
      "lines\nann\nbob\n",
    ],
  ])("%s", async (words, content) => {
    expect(await refusal(file("a.txt", content))).toBe(words);
    // Beside a good file too, because it was named.
    expect(await refusal(file("b.txt", "lines\nann 20556 5\n"), file("a.txt", content))).toBe(words);
  });

  test("an archive in which nothing is read, and a folder in which nothing is", async () => {
    expect(await refusal(file("a.zip", zipSync({ "b.pdf": strToU8("%PDF") })))).toBe(
      "invalid_data: a.zip/b.pdf is a PDF document",
    );
    expect(await refusal(file("a.zip", zipSync({})))).toBe("invalid_data: a.zip is an empty archive");
    expect(await refusal(file("f/b.pdf", "%PDF", { named: false }))).toBe("invalid_data: f/b.pdf is a PDF document");
    expect(await refusal()).toBe("invalid_data: there is no file to import");
  });

  test("a fault of a reader is no fault of the file", async () => {
    const faulty: Reader = { ...lines, read: () => Promise.reject(new TypeError("x is undefined")) };
    const files = [file("f/a.txt", "lines\n", { named: false })];
    await expect(importFiles(files, { registry: builtIn, readers: [faulty] })).rejects.toThrow(TypeError);
  });
});
