// The project's own vectors of streams and proofs: no engine has changed its mind since they were written.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { engines } from "../../spec/engines.ts";
import { flpCases, xofCases } from "./parts.ts";

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`parts/${name}.json`, import.meta.url), "utf8")).cases;

test.each(engines)("on the $name engine", ({ make }) => {
  expect(xofCases(make())).toEqual(read("xof"));
  expect(flpCases(make())).toEqual(read("flp"));
});
