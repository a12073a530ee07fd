// What every reader of JSON bears: cuts, changed bytes, other types in every place, and nothing private in what it says.
import fc from "fast-check";
import { expect } from "vitest";
import type { Reader } from "../../src/records/reader.ts";
import { collect } from "./collect.ts";

/** @param whole a document that the reader makes samples of */
export async function bearsDamage(reader: Reader, whole: unknown, path = "x.json"): Promise<void> {
  const text = JSON.stringify(whole);
  const all = await collect(reader, text, { path });
  expect(all.samples.length).toBeGreaterThan(0);
  for (const chunk of [1, 13]) expect(await collect(reader, text, { path, chunk })).toEqual(all);
  for (let cut = 1; cut < text.length; cut += Math.ceil(text.length / 300)) {
    const found = await collect(reader, text.slice(0, cut), { path, chunk: 101 });
    expect(found.noted.truncated).toBe(1);
    expect(found.samples.every(({ value }) => Number.isFinite(value))).toBe(true);
  }
  const odd = fc.oneof(
    fc.constantFrom(
      null,
      "",
      -1,
      0,
      1e308,
      -0.5,
      true,
      "NaN",
      "1e400",
      "\u202e",
      [],
      {},
      [[]],
      { value: {} },
      "2026-02-30",
    ),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const places = placesOf(whole);
  await fc.assert(
    fc.asyncProperty(fc.nat(places.length - 1), odd, async (where, value) => {
      const changed = JSON.stringify(replaced(whole, places[where] as readonly (string | number)[], value));
      const found = await collect(reader, changed, { path });
      expect(found.samples.every((sample) => Number.isFinite(sample.value))).toBe(true);
    }),
    { numRuns: 400, seed: 1 },
  );
  for (const canary of CANARIES) expect(JSON.stringify(all)).not.toContain(canary);
}

/** What documents of these tests hold and nothing may repeat. */
export const CANARIES = ["Zoë", "zoe@example.org", "1990-02-02", "SN-4711", "47.3768"];
/** To be put into a record. */
export const PRIVATE = {
  name: CANARIES[0],
  email: CANARIES[1],
  birthday: CANARIES[2],
  serial: CANARIES[3],
  location: { latitude: 47.3768 },
};

function placesOf(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const inside = Array.isArray(value)
    ? value.flatMap((each, at) => placesOf(each, [...path, at]))
    : Object.entries(value).flatMap(([key, each]) => placesOf(each, [...path, key]));
  return path.length === 0 ? inside : [path, ...inside];
}

function replaced(value: unknown, [key, ...more]: readonly (string | number)[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy: Record<string | number, unknown> = (
    Array.isArray(value) ? [...value] : { ...(value as object) }
  ) as never;
  copy[key] = replaced(copy[key], more, by);
  return copy;
}
