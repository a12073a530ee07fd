// What is told of a configuration that is another than at the last start.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tellChanges } from "../../../src/cli/serve/changed.ts";

test("fields are told by name, once, and never a value", (context) => {
  const folder = mkdtempSync(join(tmpdir(), "paceline-changed-"));
  context.onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "mark.settings");
  const start = (config: object) => {
    const lines: string[] = [];
    tellChanges(path, config, (line, event, fields) => lines.push(`${event} ${fields?.count ?? "-"} ${line}`));
    return lines;
  };
  const said = (count: number, fields: string) => [
    `settings.changed ${count} the configuration is another than at the last start: ${fields}`,
  ];
  const config = { token: "secret-token", policy: { rho: 5n, metrics: ["rhr", "sleep"] }, tls: undefined, roles: [] };
  expect(start(config)).toEqual([]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, "utf8")).not.toContain("secret");
  expect(start(structuredClone(config))).toEqual([]);
  const other = { ...config, token: "secret-tokem", policy: { rho: 7n, metrics: ["rhr"] }, port: 1 };
  expect(start(other)).toEqual(said(5, "policy.metrics, policy.metrics.1, policy.rho, port, token"));
  expect(start(other)).toEqual([]);
  // The same text as a number is another value; so is a list without anything in it.
  expect(start({ ...other, port: "1" })).toEqual(said(1, "port"));
  expect(start({ ...other, port: "1", roles: undefined })).toEqual(said(1, "roles"));
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}`, i]));
  expect(start({ ...other, port: "1", roles: undefined, ...many })[0]).toMatch(/^settings.changed 30 .*, and 10 more$/);
  writeFileSync(path, readFileSync(path, "utf8").replace('"f1"', '"f0"'));
  expect(start(config)[0]).toMatch(/^settings.changed - .*mark.settings is damaged: whether/);
  expect(start(config)).toEqual([]);
});
