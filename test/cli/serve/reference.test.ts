// docs/configuration.md is what the schemas say: all of it, and its examples are taken.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { examples, fieldsOf, PAGE, page } from "../../../scripts/configuration.ts";
import { readCoordinatorConfig, readHelperConfig } from "../../../src/cli/serve/config.ts";
import { publicKeys } from "../../../src/cli/serve/keys.ts";
import { readRegistrarConfig } from "../../../src/cli/serve/registrar-config.ts";
import { top } from "../../house/files.ts";

const folder = mkdtempSync(join(tmpdir(), "paceline-reference-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the page is what `npm run configuration` writes", () => {
  expect(readFileSync(top + PAGE, "utf8")).toBe(page());
});

test.each(["coordinatorSchema", "helperSchema", "registrarSchema"] as const)(
  "every field of the %s says what it is for",
  (name) => {
    const fields = fieldsOf(name);
    expect(fields.length).toBeGreaterThan(15);
    expect(fields.filter(({ what }) => what === "").map((field) => field.name)).toEqual([]);
    expect(fields.filter(({ type }) => /undefined|NaN/.test(type))).toEqual([]);
  },
);

test("the examples are taken, once the other organisation's keys are in them", () => {
  const file = (content: unknown) => {
    const path = join(folder, "config.json");
    writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
    return path;
  };
  const { coordinatorSchema, helperSchema, registrarSchema } = examples;
  const helper = { ...coordinatorSchema.helper, ...publicKeys(join(folder, "helper.keys")) };
  expect(readCoordinatorConfig(file({ ...coordinatorSchema, helper }))).toMatchObject({ uploadHours: 168 });
  expect(readHelperConfig(file(helperSchema))).toMatchObject({ workers: 1 });
  expect(readRegistrarConfig(file(registrarSchema))).toMatchObject({ floors: { members: 50 }, stopSeconds: 30 });
});
