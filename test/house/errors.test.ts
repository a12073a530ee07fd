// docs/errors.md tells the same about every error code as the registry, and no code is there for nothing.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { errorCodes } from "../../src/base/error-codes.ts";
import { classOf } from "../../src/base/error-registry.ts";
import { top, writtenFiles } from "./files.ts";

const page = readFileSync(`${top}docs/errors.md`, "utf8");

/** `| code | HTTP status | exit code | … |` rows. */
const documented = Array.from(page.matchAll(/^\| <a id="(\w+)"><\/a>`(\w+)` \| (\d+) \| (\d+) \|/gm), (row) => {
  const [, anchor, code, status, exit] = row;
  return { anchor, code, status: Number(status), exit: Number(exit) };
});

test("every code is documented with its anchor, status and exit code", () => {
  const registered = errorCodes.map((code) => {
    const { status, exit } = classOf({ code });
    return { anchor: code, code, status, exit };
  });
  expect(documented).toEqual(registered);
});

test("every code is used", () => {
  const texts = writtenFiles([".ts"])
    .filter((path) => path.startsWith("src/") && path !== "src/base/error-registry.ts")
    .map((path) => readFileSync(top + path, "utf8"));
  expect(errorCodes.filter((code) => !texts.some((text) => text.includes(`"${code}"`)))).toEqual([]);
});
