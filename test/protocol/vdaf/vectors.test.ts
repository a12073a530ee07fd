// The project's own vectors (made by make-vectors.ts): the wire format has not changed since they were written.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runVectorFile } from "../../spec/vectors.ts";

const folder = new URL("vectors/", import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith(".json"));

test("there is a file for every type", () => {
  expect(files).toHaveLength(8);
});

test.each(files)("%s", (file) => {
  expect(runVectorFile(file, JSON.parse(readFileSync(new URL(file, folder), "utf8")))).toEqual({ status: "passed" });
});
