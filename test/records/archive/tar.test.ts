// Tar archives as tar itself writes them, in every format that it has, whole and cut off; and headers that lie.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zipSync } from "fflate";
import { afterAll, describe, expect, test } from "vitest";
import { expand } from "../../../src/records/archive/expand.ts";
import type { Input } from "../../../src/records/reader.ts";
import { inputOf } from "../support.ts";

const folder = mkdtempSync(join(tmpdir(), "paceline-tar-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const long = `${"a-long-name-".repeat(12)}.csv`;
const files: Readonly<Record<string, string>> = {
  "me/steps é.json": "x".repeat(5000),
  "me/empty.csv": "",
  "me/exact.csv": "y".repeat(1024),
  [`me/${"folder/".repeat(14)}deep.csv`]: "deep",
  [`me/${long}`]: "long",
};
for (const [name, text] of Object.entries(files)) {
  const path = join(folder, "in", name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
}
writeFileSync(join(folder, "in/me/.DS_Store"), "left");
execFileSync("ln", ["-s", "empty.csv", join(folder, "in/me/link.csv")]);

function tar(format: string): Uint8Array {
  const archive = join(folder, `${format}.tar`);
  execFileSync("tar", ["-C", join(folder, "in"), `--format=${format}`, "-cf", archive, "."]);
  return new Uint8Array(readFileSync(archive));
}

async function opened(input: Input) {
  const found: Record<string, string> = {};
  const damaged: string[] = [];
  for await (const one of expand(input, (damage, path) => damaged.push(`${damage} ${path}`))) {
    if (!("open" in one)) {
      found[one.file] = `(${one.is})`;
      continue;
    }
    // Readers may pass over a file twice.
    for (let pass = 0; pass < 2; pass++) {
      const decoder = new TextDecoder();
      let text = "";
      for await (const piece of one.open()) text += decoder.decode(piece, { stream: true });
      found[one.path] = text;
    }
  }
  return { found, damaged };
}

const streamed = ({ path, open }: Input): Input => ({ path, size: undefined, open });
const under = (path: string, of = files) =>
  Object.fromEntries(Object.entries(of).map(([name, text]) => [`${path}/${name}`, text]));

describe("a tar archive", () => {
  test.each(["pax", "gnu", "posix"])("of format %s, from anywhere, as a stream, and compressed", async (format) => {
    const bytes = tar(format);
    for (const piece of [100, 512, 100_000])
      for (const input of [inputOf("a.tar", bytes, piece), streamed(inputOf("a.tar", bytes, piece))])
        expect(await opened(input)).toEqual({ found: under("a.tar"), damaged: [] });
    expect(await opened(inputOf("a.tgz", gzipSync(bytes), 1000))).toEqual({ found: under("a.tgz"), damaged: [] });
  });

  test("of the format without long names holds what fits in it", async () => {
    const { [`me/${long}`]: _, ...rest } = files;
    const archive = join(folder, "ustar.tar");
    execFileSync("tar", ["-C", join(folder, "in"), "--format=ustar", `--exclude=${long}`, "-cf", archive, "."]);
    const { found, damaged } = await opened(inputOf("u.tar", new Uint8Array(readFileSync(archive))));
    expect([found, damaged]).toEqual([under("u.tar", rest), []]);
  });

  test("in a zip, and with a zip in it", async () => {
    const bytes = tar("pax");
    const { found } = await opened(inputOf("all.zip", zipSync({ "a.tar": bytes })));
    expect(found).toEqual(under("all.zip/a.tar"));
    writeFileSync(join(folder, "in.zip"), zipSync({ "b.csv": new TextEncoder().encode("b") }));
    const outer = join(folder, "outer.tar");
    execFileSync("tar", ["-C", folder, "-cf", outer, "in.zip"]);
    expect((await opened(inputOf("o.tar", new Uint8Array(readFileSync(outer))))).found).toEqual({
      "o.tar/in.zip/b.csv": "b",
    });
  });

  test("cut off anywhere gives what is whole before, and says that it is cut off, or is whole", async () => {
    const bytes = tar("pax");
    for (let cut = 300; cut < bytes.length; cut += 777)
      for (const make of [(input: Input) => input, streamed]) {
        const { found, damaged } = await opened(make(inputOf("c.tar", bytes.subarray(0, cut))));
        for (const [path, text] of Object.entries(found)) expect(text).toBe(under("c.tar")[path]);
        if (Object.keys(found).length < Object.keys(files).length && damaged.length > 0)
          expect(damaged).toEqual(["truncated c.tar"]);
      }
    const { found, damaged } = await opened(streamed(inputOf("c.tar", bytes.subarray(0, 2000))));
    expect([Object.keys(found).length < Object.keys(files).length, damaged]).toEqual([true, ["truncated c.tar"]]);
  });

  test("whose header was changed ends there, and says that it may be damaged", async () => {
    const bytes = tar("gnu").slice();
    bytes[0] = 0x41;
    expect(await opened(inputOf("d.tar", bytes))).toEqual({ found: {}, damaged: ["checksum d.tar"] });
    const size = tar("gnu").slice();
    size.set(new TextEncoder().encode("99999999999"), 124);
    expect((await opened(inputOf("d.tar", size))).damaged).toEqual(["checksum d.tar"]);
  });

  test("whose headers state more than there is holds no memory for it", async () => {
    const header = new Uint8Array(512);
    const put = (at: number, text: string) => header.set(new TextEncoder().encode(text), at);
    put(0, "big.csv");
    put(124, "77777777777\0");
    put(156, "0");
    put(257, "ustar\x0000");
    put(148, "        ");
    const sum = header.reduce((all, byte) => all + byte, 0);
    put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
    const { found, damaged } = await opened(streamed(inputOf("e.tar", header)));
    expect([found, damaged]).toEqual([{ "e.tar/big.csv": "" }, ["truncated e.tar"]]);
    expect(await opened(inputOf("e.tar", header))).toEqual({ found: {}, damaged: ["truncated e.tar"] });
  });
});
