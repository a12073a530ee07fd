// Archives of every shape that people send, and of those that nobody should.
import { gzipSync, strToU8, zipSync, zlibSync } from "fflate";
import { describe, expect, test } from "vitest";
import { expand, isLeftBehind } from "../../../src/records/archive/expand.ts";
import type { Input } from "../../../src/records/reader.ts";
import { inputOf } from "../support.ts";

async function textOf(input: Input): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of input.open()) text += decoder.decode(piece, { stream: true });
  return text;
}

interface Opened {
  /** Text by path; of what is not read what it is. */
  readonly files: Readonly<Record<string, string>>;
  readonly damaged: readonly string[];
}

async function opened(input: Input): Promise<Opened> {
  const files: Record<string, string> = {};
  const damaged = new Set<string>();
  for await (const one of expand(input, (damage, path) => damaged.add(`${damage} ${path}`)))
    if ("open" in one) files[one.path] = await textOf(one);
    else files[one.file] = `(${one.is})`;
  return { files, damaged: [...damaged] };
}

const streamed = ({ path, open }: Input): Input => ({ path, size: undefined, open });
const noise = (length: number) => {
  let seed = 1;
  return Uint8Array.from({ length }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed >> 16;
  });
};

describe("opened", () => {
  test("what is no archive is itself", async () => {
    expect((await opened(inputOf("a.csv", "Id,Day"))).files).toEqual({ "a.csv": "Id,Day" });
    expect((await opened(inputOf("empty", ""))).files).toEqual({ empty: "" });
  });

  test.each([1, 5, 100_000])("a zip with folders, stored and compressed, in pieces of %i bytes", async (pieceBytes) => {
    const zip = zipSync({
      "a.csv": [strToU8("stored"), { level: 0 }],
      empty: {},
      Fitbit: { "steps é.json": strToU8("x".repeat(5000)), ".DS_Store": strToU8("left") },
      __MACOSX: { "._a.csv": strToU8("left") },
      "nothing.txt": new Uint8Array(0),
    });
    for (const input of [inputOf("my.zip", zip, pieceBytes), streamed(inputOf("my.zip", zip, pieceBytes))])
      expect(await opened(input)).toEqual({
        files: { "my.zip/a.csv": "stored", "my.zip/Fitbit/steps é.json": "x".repeat(5000), "my.zip/nothing.txt": "" },
        damaged: [],
      });
  });

  test("archives in archives, gzip in zip, and a gzip of two members with padding after", async () => {
    const inner = zipSync({ "b.csv": strToU8("inner") });
    const twice = new Uint8Array([...gzipSync(strToU8("one,")), ...gzipSync(strToU8("two")), ...new Uint8Array(512)]);
    const zip = zipSync({ stored: { "in.zip": [inner, { level: 0 }] }, "in.zip": inner, "c.csv.gz": twice });
    expect(await opened(inputOf("out.zip", gzipSync(zip)))).toEqual({
      files: {
        "out.zip/stored/in.zip/b.csv": "inner",
        "out.zip/in.zip/b.csv": "inner",
        "out.zip/c.csv.gz": "one,two",
      },
      damaged: [],
    });
  });

  test("a file may be read again, and left in the middle", async () => {
    const zip = inputOf("my.zip", zipSync({ "a.csv": strToU8("y".repeat(300_000)) }), 50);
    for await (const one of expand(zip, () => {})) {
      if (!("open" in one)) throw new Error("not read");
      for await (const piece of one.open()) {
        expect(piece[0]).toBe(121);
        break;
      }
      expect(await textOf(one)).toHaveLength(300_000);
      expect(await textOf(one)).toHaveLength(300_000);
    }
  });

  test("bytes before the archive and a comment with the end's mark in it", async () => {
    const zip = zipSync({ "a.csv": strToU8("text") });
    const comment = strToU8("PK\u0005\u0006 a comment of some length to hold an end record");
    const withComment = new Uint8Array([...zip, ...comment]);
    withComment[zip.length - 2] = comment.length;
    expect((await opened(inputOf("c.zip", withComment))).files).toEqual({ "c.zip/a.csv": "text" });
    const prefixed = new Uint8Array([0x50, 0x4b, 3, 4, ...new Uint8Array(60), ...zip]);
    expect((await opened(inputOf("p.zip", prefixed))).files).toEqual({ "p.zip/a.csv": "text" });
  });

  test("zip64: sizes and places of 64 bits", async () => {
    const data = strToU8("sixty-four");
    const local = new Uint8Array(30 + 1 + data.length);
    const view = (bytes: Uint8Array) => new DataView(bytes.buffer);
    view(local).setUint32(0, 0x04034b50, true);
    view(local).setUint16(26, 1, true);
    local.set([97], 30);
    local.set(data, 31);
    const entry = new Uint8Array(46 + 1 + 28);
    const crc = 0xe5ab14af;
    view(entry).setUint32(0, 0x02014b50, true);
    view(entry).setUint32(16, crc, true);
    for (const field of [20, 24, 42]) view(entry).setUint32(field, 0xffffffff, true);
    view(entry).setUint16(28, 1, true);
    view(entry).setUint16(30, 28, true);
    entry.set([97], 46);
    view(entry).setUint16(47, 1, true);
    view(entry).setUint16(49, 24, true);
    view(entry).setBigUint64(51, BigInt(data.length), true);
    view(entry).setBigUint64(59, BigInt(data.length), true);
    const end64 = new Uint8Array(56);
    view(end64).setUint32(0, 0x06064b50, true);
    view(end64).setBigUint64(32, 1n, true);
    view(end64).setBigUint64(40, BigInt(entry.length), true);
    view(end64).setBigUint64(48, BigInt(local.length), true);
    const locator = new Uint8Array(20);
    view(locator).setUint32(0, 0x07064b50, true);
    view(locator).setBigUint64(8, BigInt(local.length + entry.length), true);
    const end = new Uint8Array(22);
    view(end).setUint32(0, 0x06054b50, true);
    view(end).setUint16(10, 0xffff, true);
    view(end).setUint32(12, 0xffffffff, true);
    view(end).setUint32(16, 0xffffffff, true);
    const zip = new Uint8Array([...local, ...entry, ...end64, ...locator, ...end]);
    const { files, damaged } = await opened(inputOf("z.zip", zip));
    expect(files).toEqual({ "z.zip/a": "sixty-four" });
    // The checksum is not of these bytes.
    expect(damaged).toEqual(["checksum z.zip/a"]);
  });
});

describe("damaged", () => {
  test("a gzip that ends anywhere is told, with what it holds", async () => {
    const bytes = gzipSync(strToU8("steps,day\n".repeat(50)));
    for (let length = 3; length < bytes.length - 8; length++) {
      const { files, damaged } = await opened(inputOf("a.gz", bytes.subarray(0, length), 7));
      expect(damaged).toEqual(["truncated a.gz"]);
      expect("steps,day\n".repeat(50)).toContain(files["a.gz"]);
    }
  });

  test("an entry with a changed byte is told", async () => {
    const zip = zipSync({ "a.csv": [strToU8("stored and plain"), { level: 0 }], "b.csv": noise(500) });
    // Each after 30 bytes and a name of five.
    for (const at of [35, 50, 86, 200, 400, 585]) {
      const changed = zip.slice();
      changed[at] = (changed[at] as number) ^ 0x55;
      const { damaged } = await opened(inputOf("a.zip", changed));
      expect(damaged.length).toBe(1);
    }
  });

  test("a zip that ends anywhere is refused as one, never read in part and taken for whole", async () => {
    const zip = zipSync({ "a.csv": strToU8("text"), "b.csv": strToU8("more") });
    for (let length = 4; length < zip.length; length++)
      await expect(opened(inputOf("a.zip", zip.subarray(0, length)))).rejects.toMatchObject({ code: "invalid_data" });
  });

  test("any byte may be anything", async () => {
    const zip = zipSync({ "a.csv": strToU8("text".repeat(20)), "in.zip": zipSync({ "b.csv": strToU8("more") }) });
    let read = 0;
    for (let at = 0; at < zip.length; at += 2)
      for (const value of [0, 0xff]) {
        const changed = zip.slice();
        changed[at] = value;
        const outcome = await opened(inputOf("a.zip", changed)).catch((error: { code?: string }) => error.code);
        if (typeof outcome !== "string") read++;
        else expect(outcome).toBe("invalid_data");
      }
    expect(read).toBeGreaterThan(50);
  });
});

describe("refused", () => {
  test("kilobytes that become ninety megabytes, before they have", async () => {
    const zeros = new Uint8Array(90 * 2 ** 20);
    for (const [name, bomb] of [
      ["b.gz", gzipSync(zeros, { level: 1 })],
      ["b.zip", zipSync({ zeros }, { level: 1 })],
    ] as const) {
      let length = 0;
      const unpack = async () => {
        for await (const one of expand(inputOf(name, bomb, 65_536), () => {}))
          if ("open" in one) for await (const piece of one.open()) length += piece.length;
      };
      await expect(unpack()).rejects.toThrow("200 times");
      expect(length).toBeLessThan(80 * 2 ** 20);
    }
  });

  test("entries that share their bytes", async () => {
    const zip = zipSync({ "a.csv": noise(1000), "b.csv": noise(1000) });
    const view = new DataView(zip.buffer, zip.byteOffset);
    let second = zip.length - 22;
    do second--;
    while (view.getUint32(second, true) !== 0x02014b50);
    view.setUint32(second + 42, 0, true);
    await expect(opened(inputOf("a.zip", zip))).rejects.toThrow("overlap");
  });

  test("archives in archives in archives", async () => {
    let zip = zipSync({ "a.csv": strToU8("deep") });
    for (let depth = 0; depth < 6; depth++) zip = zipSync({ "z.zip": zip });
    const { files } = await opened(inputOf("z.zip", zip));
    expect(Object.values(files)).toEqual(["(an archive in more than 4 others)"]);
  });

  test("what is protected or compressed in another way is told, and the rest read", async () => {
    const zip = zipSync({ "a.csv": strToU8("secret"), "b.csv": strToU8("lzma"), "c.csv": strToU8("good") });
    const view = new DataView(zip.buffer, zip.byteOffset);
    const entries = [...zip.keys()].filter((at) => at < zip.length - 4 && view.getUint32(at, true) === 0x02014b50);
    view.setUint16((entries[0] as number) + 8, 1, true);
    view.setUint16((entries[1] as number) + 10, 14, true);
    expect((await opened(inputOf("a.zip", zip))).files).toEqual({
      "a.zip/a.csv": "(protected by a password)",
      "a.zip/b.csv": "(compressed in a way (14) that is not read)",
      "a.zip/c.csv": "good",
    });
  });

  test.each([
    ["an Excel workbook", "xl/workbook.xml"],
    ["an Apple Numbers or Pages document", "Index/Document.iwa"],
    ["a Word document", "word/document.xml"],
    ["a program", "AndroidManifest.xml"],
  ])("%s", async (is, name) => {
    expect((await opened(inputOf("a.zip", zipSync({ [name]: strToU8("x") })))).files).toEqual({ "a.zip": `(${is})` });
  });
});

test("files that systems leave behind are known", () => {
  expect(["a/.DS_Store", "__MACOSX/a.csv", "a/._b.csv", "Thumbs.db"].every(isLeftBehind)).toBe(true);
  expect(["a.csv", "a/_b.csv", "DS_Store.csv"].some(isLeftBehind)).toBe(false);
});

test("a zlib stream is no gzip", async () => {
  expect(Object.keys((await opened(inputOf("a.z", zlibSync(strToU8("x"))))).files)).toEqual(["a.z"]);
});
