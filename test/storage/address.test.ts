import { describe, expect, test } from "vitest";
import { isPacelineError } from "../../src/base/errors.ts";
import { isPostgresUrl, postgresAddress } from "../../src/storage/postgres/index.ts";

const refusal = (url: string) => {
  try {
    postgresAddress(url);
  } catch (error) {
    if (isPacelineError(error)) return error;
    throw error;
  }
  throw new Error(`${url} was taken`);
};

test.each([
  ["postgres://ann@localhost/stats", { host: "localhost", port: 5432, database: "stats", user: "ann" }],
  ["postgresql://ann@127.0.0.1:6000/stats", { host: "127.0.0.1", port: 6000 }],
  ["postgres://ann@[::1]/stats?sslmode=disable", { host: "::1" }],
  ["postgres://ann:p%40ss%2F@localhost/s%20t", { password: "p@ss/", database: "s t" }],
  ["postgres://ann@%2Fvar%2Frun%2Fpostgresql:5433/stats", { host: "/var/run/postgresql", port: 5433 }],
])("%s is on this machine", (url, parts) => {
  expect(postgresAddress(url)).toMatchObject(parts);
  expect(postgresAddress(url).tls).toBeUndefined();
});

test("beyond this machine the server proves its name", () => {
  const { tls, host } = postgresAddress("postgres://ann@db.example/stats?sslmode=verify-full");
  expect([host, tls]).toMatchObject(["db.example", { servername: "db.example", rejectUnauthorized: true }]);
  const certificate = (name: string) => ({ subject: { CN: name }, subjectaltname: `DNS:${name}` }) as never;
  expect(tls?.checkServerIdentity?.("", certificate("db.example"))).toBeUndefined();
  expect(tls?.checkServerIdentity?.("", certificate("localhost"))).toBeInstanceOf(Error);
  expect(postgresAddress("postgres://ann@192.0.2.1/stats?sslmode=verify-full").tls).not.toHaveProperty("servername");
});

describe("refused", () => {
  test.each(["", "?sslmode=disable", "?sslmode=require", "?sslmode=verify-ca", "?sslmode=prefer"])(
    "another machine with %j",
    (parameters) => {
      for (const host of ["db.example", "10.0.0.1", "[2001:db8::1]", "127.0.0.1.example", "localhost.example"])
        expect(refusal(`postgres://ann:secret@${host}/stats${parameters}`)).toMatchObject({ code: "policy_refused" });
    },
  );

  test.each([
    ["no user", "postgres://localhost/stats"],
    ["no database", "postgres://ann@localhost"],
    ["no host", "postgres://ann@/stats"],
    ["two databases", "postgres://ann@localhost/a/b"],
    ["an option that is not known", "postgres://ann@localhost/a?options=-c%20fsync%3Doff"],
    ["sslmode twice", "postgres://ann@h/a?sslmode=verify-full&sslmode=disable"],
    ["TLS through a socket", "postgres://ann@%2Frun/a?sslmode=verify-full"],
    ["roots without TLS", "postgres://ann@localhost/a?sslrootcert=x"],
    ["a port that is none", "postgres://ann@localhost:99999/a"],
    ["a percent sign that encodes nothing", "postgres://ann:100%@localhost/a"],
    ["another scheme", "mysql://ann@localhost/a"],
  ])("%s", (_, url) => {
    expect(refusal(url).code).toMatch(/^(invalid_argument|policy_refused)$/);
  });

  test("roots that cannot be read", () => {
    expect(refusal("postgres://ann@h/a?sslmode=verify-full&sslrootcert=/none/such").code).toBe("not_found");
  });

  test("without the password in a word of it", () => {
    for (const url of [
      "postgres://ann:hunter2@db/a",
      "postgres://ann:hunter2@localhost:1x/a",
      "postgres://a:hunter2@h/",
    ]) {
      const { message, hint, cause, stack } = refusal(url);
      expect(JSON.stringify([message, hint, String(cause), stack])).not.toContain("hunter2");
    }
  });
});

test("a file is no URL", () => {
  expect(
    ["coordinator.sqlite", "/var/postgres", "postgres", "POSTGRES://x", "postgresql://x"].map(isPostgresUrl),
  ).toEqual([false, false, false, true, true]);
});
