// What is exported is read again as the same days, to the bit; and what is no export of ours is none.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import { daysAsCsv } from "../../../src/records/exports/csv.ts";
import { daysAsFhir } from "../../../src/records/exports/fhir.ts";
import { ownExport } from "../../../src/records/exports/index.ts";
import { daysAsOpenMHealth } from "../../../src/records/exports/open-mhealth.ts";
import { importFiles } from "../../../src/records/import.ts";
import { readers } from "../../../src/records/readers.ts";
import type { MemberDay } from "../../../src/records/types.ts";
import { baseMetrics, builtIn } from "../../../src/task/metrics.ts";

const inputOf = (text: string) => ({
  path: "export.json",
  size: undefined,
  async *open() {
    yield utf8(text);
  },
});
const importText = (text: string) =>
  importFiles([{ input: inputOf(text), named: true, owner: "" }], { registry: builtIn, readers, offsetAt: () => 0 });

/** Days with plausible values of any metrics. */
const days: fc.Arbitrary<readonly MemberDay[]> = fc
  .uniqueArray(fc.integer({ min: 10_000, max: 25_000 }), { minLength: 1, maxLength: 12 })
  .chain((numbers) =>
    fc.tuple(
      ...numbers.map((day) =>
        fc
          .subarray([...baseMetrics], { minLength: 1 })
          .chain((metrics) =>
            fc.tuple(
              ...metrics.map(({ id, plausible, rule, unit, coverage }) => {
                // Days of nothing but zeros, or worn for less than ten hours, are missing by the rules of every import.
                const least = id === "worn" ? 600 : coverage === "worn" ? 1 : plausible.min;
                // Counts are whole; of the others thousandths are finer than any device measures.
                const of = rule === "sum" && unit.startsWith("{") ? 1 : 1000;
                return fc
                  .integer({ min: Math.ceil(least * of), max: Math.floor(plausible.max * of) })
                  .map((parts) => [id, parts / of] as const);
              }),
            ),
          )
          .map((values) => ({ day, values: Object.fromEntries(values) })),
      ),
    ),
  )
  .map((all) => [...all].sort((a, b) => a.day - b.day));

describe.each([
  ["Open mHealth", (all: readonly MemberDay[]) => JSON.stringify(daysAsOpenMHealth(all))],
  ["FHIR", (all: readonly MemberDay[]) => JSON.stringify(daysAsFhir(all))],
])("%s", (_, write) => {
  test("gives the same days", async () => {
    await fc.assert(
      fc.asyncProperty(days, async (all) => {
        const { members, report } = await importText(write(all));
        expect(members.map((member) => member.days)).toEqual([all]);
        expect([report.files.map(({ as }) => as), report.skipped]).toEqual([["paceline"], []]);
      }),
      { numRuns: 60 },
    );
  });

  test("holds a date, a number and a unit a value, and no name or device", () => {
    const text = write([{ day: 20_556, values: { steps: 8123, rhr: 58 } }]);
    for (const part of ["2026-04-13", "8123", "58", "/min"]) expect(text).toContain(part);
    for (const part of ["subject", "patient", "device", "performer"]) expect(text.toLowerCase()).not.toContain(part);
  });
});

test("FHIR: every value is an Observation with a code, a date and a UCUM quantity, LOINC where the registry has one", () => {
  const bundle = daysAsFhir([{ day: 20_556, values: { rhr: 58, visits: 1 } }]) as {
    readonly entry: readonly { readonly resource: Record<string, unknown> }[];
  };
  expect(bundle).toMatchObject({ resourceType: "Bundle", type: "collection" });
  expect(bundle.entry.map(({ resource }) => resource)).toMatchObject([
    {
      resourceType: "Observation",
      id: "rhr-2026-04-13",
      status: "final",
      code: { coding: [{ code: "rhr" }, { system: "http://loinc.org", code: "40443-4" }] },
      effectiveDateTime: "2026-04-13",
      valueQuantity: { value: 58, unit: "/min", system: "http://unitsofmeasure.org", code: "/min" },
    },
    { id: "visits-2026-04-13", code: { coding: [{ code: "visits" }] } },
  ]);
  for (const { resource } of bundle.entry) expect(resource.id).toMatch(/^[A-Za-z0-9.-]{1,64}$/);
});

test("CSV: a date a row, a metric a column, an empty cell where nothing was measured; numbers read back as they were", () => {
  const text = daysAsCsv([
    { day: 20_557, values: { rhr: 0.1 + 0.2 } },
    { day: 20_556, values: { steps: 8123 } },
  ]);
  expect(text).toBe("date,rhr,steps\n2026-04-13,,8123\n2026-04-14,0.30000000000000004,\n");
  expect(daysAsCsv([])).toBe("date\n");
});

describe("what is none of ours, or damaged", () => {
  const head = (text: string) => ownExport.recognises(utf8(text), "x.json");
  test("is not recognised", () => {
    for (const text of ["", "[]", "{}", "date,rhr\n", '{"namespace":"omh"}', 'x "namespace":"paceline"'])
      expect(head(text)).toBe(false);
    expect(head(JSON.stringify(daysAsOpenMHealth([{ day: 1, values: { steps: 1 } }])))).toBe(true);
  });

  test("a value that is wrong is counted with its place, and the others are read", async () => {
    const good = daysAsOpenMHealth([{ day: 20_556, values: { steps: 1, rhr: 60 } }]);
    const wrong = [{ ...good[0], body: {} }, 7, null, ...good];
    const { members, report } = await importText(
      `[${wrong.map((one) => JSON.stringify(one)).join(",")}]`.replace('[{"header"', '[{"header"'),
    );
    expect(members[0]?.days).toEqual([{ day: 20_556, values: { steps: 1, rhr: 60 } }]);
    expect(report.skipped).toMatchObject([{ kind: "damaged_record", count: 3, record: 1 }]);
  });

  test.each(['{"a":"namespace","namespace":"paceline"}', '[{"namespace":"paceline"}', '[{"namespace":"paceline"}]'])(
    "%s is refused with its name",
    async (text) => {
      await expect(importText(text)).rejects.toMatchObject({
        code: "invalid_data",
        message: expect.stringContaining("export.json"),
      });
    },
  );
});
