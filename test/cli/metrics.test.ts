import { expect, test } from "vitest";
import { inProcess } from "./spawned.ts";

test("metrics lists every metric and attribute", async () => {
  const { code, out } = await inProcess(["metrics"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^rhr +35 to 110 \/min +resting heart rate$/m);
  expect(out).toMatch(/^mvpa +0 to 900 min +moderate-equivalent activity$/m);
  expect(out).toMatch(/^site +the operator's list +home site$/m);
});

test("one metric comes with its codes and its caveat", async () => {
  const { out } = await inProcess(["metrics", "rhr"]);
  expect(out).toMatch(/^loinc +40443-4$/m);
  expect(out).toMatch(/^plausible +25 to 150$/m);
  expect((await inProcess(["metrics", "mvpa"])).out).toMatch(/^formula +moderate \+ 2 \* vigorous$/m);
  expect((await inProcess(["metrics", "site"])).out).toMatch(/^values +the operator's list$/m);
});

test("--json is for programs", async () => {
  const all = JSON.parse((await inProcess(["metrics", "--json"])).out);
  expect(all).toMatchObject({
    version: 1,
    metrics: expect.arrayContaining([expect.objectContaining({ id: "steps" })]),
  });
  const one = JSON.parse((await inProcess(["metrics", "spo2", "--json"])).out);
  expect(one).toMatchObject({ id: "spo2", clip: { min: 80, max: 100 }, loinc: ["59408-5"] });
});

test("a name that is none is answered with the nearest", async () => {
  expect(await inProcess(["metrics", "stepz"])).toMatchObject({ code: 66, err: expect.stringContaining("mean steps") });
});
