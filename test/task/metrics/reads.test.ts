import { expect, test } from "vitest";
import { unlistedValue } from "../../../src/task/metrics/reads.ts";

type Told = Parameters<typeof unlistedValue>[0];

/** A count of members by group, under a condition, and of a category. */
function told(group: string, where: string, category: string): Told {
  return {
    source: {
      kind: "statistics",
      values: [{ kind: "attribute", attribute: "tenureBand" }],
      where: [{ attribute: "site", values: [where] }],
      answers: [],
    },
    encoder: {
      kind: "product",
      groups: [{ attribute: "ageBand", values: ["25-34", group] }],
      parts: [{ kind: "category", value: 0, values: [category] }],
    },
  } as unknown as Told;
}

const own = { site: ["North"], tenureBand: ["new"] };

test("group keys, conditions and categories are looked for in one's own lists, then in those that are built in", () => {
  expect(unlistedValue(told("35-44", "North", "new"), own)).toBeUndefined();
  expect(unlistedValue(told("30-39", "North", "new"), own)).toMatchObject({ attribute: "ageBand", value: "30-39" });
  expect(unlistedValue(told("35-44", "Nrth", "new"), own)).toEqual({
    attribute: "site",
    value: "Nrth",
    known: ["North"],
  });
  expect(unlistedValue(told("35-44", "North", "old"), own)).toMatchObject({ attribute: "tenureBand", value: "old" });
  expect(unlistedValue(told("35-44", "North", "new"), { ...own, ageBand: ["35-44"] })?.value).toBe("25-34");
});

test("where no list is known, that is said", () => {
  expect(unlistedValue(told("35-44", "North", "new"), { tenureBand: ["new"] })).toEqual({
    attribute: "site",
    value: "North",
    known: undefined,
  });
});
