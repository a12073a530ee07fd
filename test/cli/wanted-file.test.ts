// Where a result is to be written is looked at before any work; what is written is whole, and what was there stays when it cannot be.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkWanted, writeWanted } from "../../src/cli/wanted-file.ts";
import { inProcess } from "./spawned.ts";

const folder = mkdtempSync(join(tmpdir(), "paceline-wanted-"));
const absent = join(folder, "absent", "x.svg");

test("a folder that is not there, a file in its place, a folder by that name: refused with what to do", () => {
  writeFileSync(join(folder, "file"), "");
  for (const path of [absent, join(folder, "file", "x"), folder])
    expect(() => checkWanted("--svg", path)).toThrow(`--svg: ${path} cannot be written`);
  expect(() => checkWanted("--svg", undefined)).not.toThrow();
  expect(() => checkWanted("--svg", join(folder, "new.svg"))).not.toThrow();
});

test("what is no plain file is written where it is, and a link stays one", () => {
  writeWanted("--svg", "/dev/null", "lost");
  expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  checkWanted("--svg", "/dev/null");
  const [target, link] = [join(folder, "target"), join(folder, "link")];
  writeFileSync(target, "old");
  symlinkSync(target, link);
  writeWanted("--svg", link, "new");
  expect([lstatSync(link).isSymbolicLink(), readFileSync(target, "utf8")]).toEqual([true, "new"]);
});

test("written whole, for its owner; a failure leaves nothing behind", () => {
  const path = join(folder, "model.json");
  writeWanted("--model", path, "one");
  writeWanted("--model", path, "two");
  expect(readFileSync(path, "utf8")).toBe("two");
  if (process.platform !== "win32") expect(statSync(path).mode & 0o077).toBe(0);
  mkdirSync(join(folder, "taken"));
  expect(() => writeWanted("--model", join(folder, "taken"), "three")).toThrow("--model: ");
  expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test.each([
  ["simulate", "train", "--manifest", "absent.json", "--svg", absent],
  ["simulate", "--sql", "SELECT MEDIAN(rhr) FROM member_week", "--svg", absent],
  ["train", "--manifest", "absent.json", "--model", absent],
])("%s %s %s %s says so before anything else", async (...args) => {
  const said = await inProcess(args);
  expect([said.code, said.out]).toEqual([64, ""]);
  expect(said.err).toContain(`${args.at(-2)}: ${absent} cannot be written`);
  expect(said.err).toContain("Name a file in a folder that is there");
  expect(existsSync(absent)).toBe(false);
});
