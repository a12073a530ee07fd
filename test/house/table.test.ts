// The import table stands once as code (scripts/rooms.mjs) and once for readers (src/README.md); two configurations
// repeat its pure rooms. They have to agree with each other and with the disk.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { pathOf, pureRooms, rooms } from "../../scripts/rooms.mjs";
import { top } from "./files.ts";
import { readImportTable } from "./import-table.ts";

const read = (path: string) => readFileSync(top + path, "utf8");
const folderOf = (room: string) => room.split("/")[0] ?? room;
const purePaths = [...new Set(pureRooms.map(folderOf))].sort();

describe("the reader of tables", () => {
  const page = [
    "| room | may import | packages | what |",
    "|---|---|---|---|",
    "| `base` | nothing | none | bytes |",
    "| `workers` | every pure room, `platform/node` | `comlink`, `node:*` | |",
    "",
    "| `after` | nothing | none |",
  ].join("\n");

  test("reads names and phrases, to the table's end", () => {
    expect(readImportTable(page)).toEqual({
      base: { may: [], packages: [] },
      workers: { may: ["platform/node", "pure"], packages: ["comlink", "node:*"] },
    });
  });

  test("shows what it cannot read", () => {
    expect(readImportTable(page.replace("nothing", "base")).base?.may).toEqual(["?? base"]);
  });
});

test("src/README.md shows the table of scripts/rooms.mjs", () => {
  const coded = Object.fromEntries(
    Object.entries(rooms).map(([room, { may, packages }]) => [
      room,
      { may: [...may].sort(), packages: [...packages].sort() },
    ]),
  );
  expect(readImportTable(read("src/README.md"))).toEqual(coded);
});

test("every room and every file the table names is there", () => {
  const named = new Set(Object.entries(rooms).flatMap(([room, { may }]) => [room, ...may]));
  const gone = [...named].filter((name) => !["pure", "*"].includes(name) && !existsSync(top + pathOf(name)));
  expect(gone, "write them, or take them out of scripts/rooms.mjs and src/README.md").toEqual([]);
});

test("every folder of src is in the table", () => {
  const folders = readdirSync(`${top}src`, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const known = new Set(Object.keys(rooms).map(folderOf));
  expect(folders.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
});

test("tsconfig.pure.json compiles the pure rooms", () => {
  const { include } = JSON.parse(read("tsconfig.pure.json")) as { include: string[] };
  expect(include.map((path) => path.replace(/^src\//, "")).sort()).toEqual(purePaths);
});

test("biome.json holds the pure rooms to their globals", () => {
  const { overrides } = JSON.parse(read("biome.json")) as {
    overrides: { includes: string[]; linter: { rules: { style: Record<string, unknown> } } }[];
  };
  const override = overrides.find(({ linter }) => "noRestrictedGlobals" in linter.rules.style);
  const listed = /^src\/\{(.*)\}\/\*\*$/.exec(override?.includes.join() ?? "")?.[1]?.split(",");
  expect(listed?.sort()).toEqual(purePaths);
});
