import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { toBase64Url } from "../../../src/base/bytes.ts";
import { readAnyConfig, readCoordinatorConfig, readHelperConfig } from "../../../src/cli/serve/config.ts";
import { onCommandLine } from "../../../src/cli/serve/database.ts";
import { termsOf } from "../../../src/cli/serve/terms.ts";
import { HpkeConfig, hpkeConfigOf } from "../../../src/protocol/dap/hpke-config.ts";
import { noOperator } from "../../../src/task/metrics/definition.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-config-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const config = {
  database: "helper.sqlite",
  keys: "helper.keys",
  listen: { port: 0 },
  url: "https://helper.example",
  leaderUrl: "https://leader.example",
  leaderToken: "a-token-of-sixteen-letters",
  policy: {
    purposes: ["research"],
    metrics: ["rhr"],
    training: false,
    rhoPerTask: "1",
    rhoPerEpoch: "3",
    rhoPerYear: "12",
    minBatchFloor: 5,
  },
};

function written(content: unknown, mode = 0o600): string {
  const file = join(folder, "helper.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  chmodSync(file, mode);
  return file;
}

test("a private file is read, amounts of rho as nano-rho", () => {
  expect(readHelperConfig(written(config))).toMatchObject({ workers: 1, policy: { rhoPerEpoch: 3_000_000_000n } });
});

test.skipIf(process.platform === "win32").each([0o644, 0o640, 0o620, 0o604, 0o602])(
  "mode %o is refused, with what to do and without a token",
  (mode) => {
    const file = written(config, mode);
    for (const read of [readHelperConfig, readCoordinatorConfig]) {
      const refused = expect.objectContaining({ code: "policy_refused", hint: `Run: chmod 600 ${file}` });
      expect(() => read(file)).toThrow(refused);
      expect(() => read(file)).not.toThrow("of-sixteen");
    }
  },
);

test("no file and no JSON are named", () => {
  expect(() => readHelperConfig(join(folder, "none.json"))).toThrow(expect.objectContaining({ code: "not_found" }));
  expect(() => readHelperConfig(written("{"))).toThrow("is not JSON");
});

const coordinator = {
  database: "coordinator.sqlite",
  keys: "coordinator.keys",
  listen: { port: 0 },
  url: "https://leader.example",
  analystToken: "an-analysts-token-for-tests",
  helper: {
    url: "https://helper.example",
    token: "a-token-of-sixteen-letters",
    signingKey: toBase64Url(new Uint8Array(32)),
    hpke: toBase64Url(HpkeConfig.encode(hpkeConfigOf(7, new Uint8Array(32).fill(9)))),
  },
  rhoPerEpoch: "3",
  rhoPerYear: "12",
  minBatchFloor: 50,
};

/** The lines after the first, which names the file. */
function faults(read: (file: string) => unknown, content: unknown): readonly string[] {
  const file = written(content);
  try {
    read(file);
  } catch (error) {
    expect(error).toMatchObject({ code: "invalid_data" });
    const [head, ...lines] = (error as Error).message.split("\n  ");
    expect(head).toBe(`${file} cannot be used:`);
    return lines;
  }
  return [];
}
const withField = (content: object, path: string, value: unknown): object => {
  const [name, rest] = [path.split(".")[0] as string, path.split(".").slice(1).join(".")];
  const old = (content as Record<string, object>)[name] ?? {};
  return { ...content, [name]: rest === "" ? value : withField(old, rest, value) };
};

test("both kinds of file pass as they are", () => {
  expect(faults(readHelperConfig, config)).toEqual([]);
  expect(faults(readCoordinatorConfig, coordinator)).toEqual([]);
});

describe("a fault is named by its field", () => {
  const long = "t".repeat(512);
  test.each([
    ["url", "http://leader.example", "this machine only"],
    ["url", "http://localhost:1@evil.com", "before an @"],
    ["url", "https://leader.example/", "must be written as https://leader.example"],
    ["url", "leader.example", "must be an https address"],
    ["helper.url", "https://helper.example/?x", "query"],
    ["helper.url", "https://leader.example", "own address"],
    ["listen.port", 65_536, "65535"],
    ["listen.port", -1, "0"],
    ["listen.port", 8080.5, "int"],
    ["listen.port", "8080", "number"],
    ["listen.hostname", "", "1"],
    ["workers", 0, "1"],
    ["workers", 65, "64"],
    ["minBatchFloor", 0, "1"],
    ["uploadHours", 0, ">="],
    ["uploadHours", 2161, "2160"],
    ["jobReports", 1001, "1000"],
    ["rhoPerEpoch", "0", "above 0"],
    ["rhoPerEpoch", "1001", "at most 1000"],
    ["rhoPerEpoch", "-1", "decimal"],
    ["rhoPerEpoch", 3, "string"],
    ["rhoPerEpoch", "13", "more than the longer time"],
    ["analystToken", "short", "16"],
    ["analystToken", `${long}t`, "512"],
    ["analystToken", "a token with spaces in it", "printable ASCII without spaces"],
    ["analystToken", "a-token-with-\u00fcmlauts-in-it", "printable ASCII without spaces"],
    ["helper.token", coordinator.analystToken, "the same token"],
    ["helper.signingKey", toBase64Url(new Uint8Array(31)), "32-byte"],
    ["helper.signingKey", "+/", "base64url"],
    ["helper.hpke", "AAAA", ""],
    ["database", "", "1"],
    ["database", "postgres://ann:hunter2@db.example/stats", "sslmode=verify-full"],
    ["database", "postgres://ann:hunter2@localhost", "names no database"],
    ["keys", coordinator.database, "this name already"],
  ])("coordinator: %s = %j", (path, value, why) => {
    const lines = faults(readCoordinatorConfig, withField(coordinator, path, value));
    expect(lines).toEqual([expect.stringContaining(why)]);
    expect(lines[0]).toMatch(new RegExp(`^${path}: `));
  });
  test("a database on a server, whose password is in no fault and has no place on the command line", () => {
    const stats = "postgres://ann:hunter2@localhost/stats";
    const [at, ...more] = faults(readCoordinatorConfig, withField(coordinator, "database", stats));
    expect([at, more]).toEqual([expect.stringMatching(/^mark: is needed/), []]);
    const marked = { ...coordinator, database: "x.sqlite", mark: "x.mark" };
    expect(readCoordinatorConfig(written(marked), { database: stats })).toMatchObject({ database: stats });
    for (const bad of ["postgres://ann:hunter2@db.example/stats", "postgres://ann:hunter2@localhost"])
      expect(JSON.stringify(faults(readCoordinatorConfig, { ...marked, database: bad }))).not.toContain("hunter2");
    expect(() => onCommandLine(stats)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
    expect(() => onCommandLine(stats)).not.toThrow("hunter2");
    expect(onCommandLine("postgres://ann@localhost/stats")).toBe("postgres://ann@localhost/stats");
  });
  test("a token of the longest length passes", () =>
    expect(faults(readCoordinatorConfig, { ...coordinator, analystToken: long })).toEqual([]));

  test.each([
    ["leaderUrl", "https://helper.example", "own address"],
    ["policy.purposes.0", "reserch", "did you mean research?"],
    ["policy.metrics.0", "slep", "did you mean sleep?"],
    ["policy.metrics.0", "frobnication", "there is no such metric"],
    ["policy.rhoPerTask", "4", "more than the longer time"],
    ["policy.rhoPerEpoch", "13", "more than the longer time"],
  ])("helper: %s = %j", (path, value, why) => {
    const [name, list, index] = path.split(".") as [string, string, string | undefined];
    const changed = index === undefined ? value : [value];
    const lines = faults(readHelperConfig, withField(config, list === undefined ? name : `${name}.${list}`, changed));
    expect(lines).toEqual([expect.stringMatching(new RegExp(`^${path}: .*${why.replaceAll("?", ".")}`))]);
  });

  const needed = Object.keys(coordinator).filter((name) => !name.startsWith("rho") && name !== "helper");
  test.each(needed)("%s missing", (name) => {
    expect(faults(readCoordinatorConfig, withField(coordinator, name, undefined))).toEqual([`${name}: it is missing`]);
  });
});

describe("a coordinator without a helper", () => {
  const alone = withField(coordinator, "helper", undefined);
  const registrar = { url: "https://registrar.example", key: "A".repeat(43) };

  test("is one that has a registrar", () => {
    const path = written({ ...alone, registrar });
    const read = readCoordinatorConfig(path);
    expect(read).toMatchObject({ registrar });
    expect(termsOf(read, noOperator)).not.toHaveProperty("helper");
    expect(readAnyConfig(path).role).toBe("coordinator");
  });

  test("and no registrar has nothing to do", () => {
    const missing =
      "helper: is missing, and so is `registrar`: name a helper, or, to train by masked sums alone, a registrar";
    expect(faults(readCoordinatorConfig, alone)).toEqual([missing]);
  });

  test("is none whose helper is written wrongly, nor one that is its own registrar", () => {
    const wrong = { ...alone, registrar, helper: { ...(coordinator.helper as object), tokn: "x" } };
    expect(faults(readCoordinatorConfig, wrong)).toEqual([expect.stringMatching(/^helper.tokn: .*did you mean token/)]);
    const own = { ...alone, registrar: { ...registrar, url: coordinator.url } };
    expect(faults(readCoordinatorConfig, own)).toEqual(["registrar.url: is this coordinator's own address"]);
  });
});

test("all faults come at once, misspelt names with what was meant, and no token among them", () => {
  const lines = faults(readCoordinatorConfig, {
    ...coordinator,
    rhoPerEpoc: "3",
    url: "http://leader.example/",
    workers: 0,
    listen: { port: 1, host: "0.0.0.0" },
    helper: { ...coordinator.helper, tokn: coordinator.helper.token, token: "short-token", hpke: 7 },
  });
  expect(lines.map((line) => line.split(": ")[0]).sort()).toEqual(
    ["helper.hpke", "helper.token", "helper.tokn", "listen.host", "rhoPerEpoc", "url", "workers"].sort(),
  );
  expect(lines).toContain("helper.tokn: there is no such field; did you mean token?");
  expect(lines).toContain("rhoPerEpoc: there is no such field; did you mean rhoPerEpoch?");
  expect(lines.join("\n")).not.toMatch(/short-token|sixteen|an-analysts/);
});

test.each([null, [], 7, "x"])("%j is no configuration", (content) => {
  expect(faults(readCoordinatorConfig, JSON.stringify(content)).length).toBeGreaterThan(0);
});
