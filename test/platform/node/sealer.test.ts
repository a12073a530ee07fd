import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSealer } from "../../../src/platform/node/index.ts";
import { addSealingKey, dropOldSealingKeys } from "../../../src/platform/node/sealer.ts";
import type { Place } from "../../../src/ports/sealer.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-sealer-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = () => join(folder, "keys.sealing");
const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill);
const place: Place = { table: "report", column: "output_share", task: bytes(32, 1), row: bytes(16, 2) };

/** As another second's change would. */
const touched = () => utimesSync(file(), new Date(), new Date(statSync(file()).mtimeMs + 2000));

test.each([0, 1, 16, 1600])("%i bytes open where they were sealed, each time in other words", (length) => {
  const sealer = openSealer(file(), "make");
  const plain = bytes(length, 7);
  const [one, two] = [sealer.seal(place, plain), sealer.seal(place, plain)];
  expect(one).toHaveLength(length + 33);
  expect(one).not.toEqual(two);
  for (const sealed of [one, two]) expect(openSealer(file(), "refuse").open(place, sealed)).toEqual(plain);
  expect(one.subarray(0, 5)).toEqual(sealer.prefix());
  expect(statSync(file()).mode & 0o777).toBe(0o600);
});

test("in any other place they do not open, nor with a bit changed anywhere, nor cut short", () => {
  const sealer = openSealer(file(), "make");
  const sealed = sealer.seal(place, bytes(40, 7));
  const others: Partial<Place>[] = [
    { table: "batch" },
    { column: "upload" },
    { task: bytes(32, 3) },
    { row: bytes(16, 3) },
    { row: bytes(0, 0) },
    { table: "report\noutput_share", column: "" },
  ];
  for (const change of others) expect(sealer.open({ ...place, ...change }, sealed)).toBeUndefined();
  for (let bit = 0; bit < 8 * sealed.length; bit++) {
    const changed = sealed.slice();
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(sealer.open(place, changed)).toBeUndefined();
  }
  for (let length = 0; length < sealed.length; length++)
    expect(sealer.open(place, sealed.subarray(0, length))).toBeUndefined();
});

test("a new key seals, the old one opens until it is dropped; an opened sealer notices both", () => {
  const sealer = openSealer(file(), "make");
  const [before, prefix] = [sealer.seal(place, bytes(3, 3)), sealer.prefix()];
  expect(addSealingKey(file())).toBe(2);
  const other = openSealer(file(), "refuse");
  const after = other.seal(place, bytes(3, 4));
  touched();
  // Sealed by a key that it has not seen yet.
  expect(sealer.open(place, after)).toEqual(bytes(3, 4));
  expect(sealer.prefix()).not.toEqual(prefix);
  expect(other.open(place, before)).toEqual(bytes(3, 3));
  expect(dropOldSealingKeys(file())).toBe(1);
  touched();
  expect(sealer.prefix()).toEqual(after.subarray(0, 5));
  expect(sealer.open(place, before)).toBeUndefined();
  expect(sealer.open(place, after)).toEqual(bytes(3, 4));
});

test("a missing file is made or refused; a damaged one is refused, without a key in the words", () => {
  expect(() => openSealer(file(), "refuse")).toThrow(expect.objectContaining({ code: "not_found" }));
  openSealer(file(), "make");
  const text = readFileSync(file(), "utf8");
  const [key = ""] = JSON.parse(text).keys as string[];
  for (const bad of ["", "{}", text.replace(key, key.slice(1)), text.replace("keys-1", "keys-2"), text.slice(0, -9)]) {
    writeFileSync(file(), bad, { mode: 0o600 });
    expect(() => openSealer(file(), "make")).toThrow(expect.objectContaining({ code: "invalid_data" }));
    expect(() => openSealer(file(), "make")).not.toThrow(key.slice(1, 9));
  }
  writeFileSync(file(), text);
  const shared = join(folder, "shared");
  writeFileSync(shared, text, { mode: 0o644 });
  if (process.platform !== "win32")
    expect(() => openSealer(shared, "make")).toThrow(expect.objectContaining({ code: "policy_refused" }));
});
