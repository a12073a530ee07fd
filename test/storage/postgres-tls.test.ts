// TLS towards a server that proves its name, and towards one that does not.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDatabase } from "../../src/storage/postgres/index.ts";
import { noPostgres, startPostgres } from "../support/postgres.ts";
import { freePort } from "../support/processes.ts";

/** A certificate of a name by itself. */
function certificate(folder: string, name: string): { file: string; key: string; text: string } {
  const [file, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const subject = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`];
  const made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-keyout", key];
  execFileSync("openssl", ["req", "-x509", ...made, "-out", file, ...subject], { stdio: "ignore" });
  return { file, key: readFileSync(key, "utf8"), text: readFileSync(file, "utf8") };
}

test.skipIf(noPostgres !== undefined)("the name in the URL has to be the one in the certificate", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "paceline-tls-"));
  context.onTestFinished(() => rmSync(folder, { recursive: true }));
  const [own, stranger] = [certificate(folder, "localhost"), certificate(folder, "stranger")];
  const port = await freePort();
  const tls = ["ssl = on", "ssl_cert_file = 'own.crt'", "ssl_key_file = 'own.key'"];
  const server = await startPostgres([...tls, "listen_addresses = '127.0.0.1'", `port = ${port}`], {
    "own.crt": own.text,
    "own.key": own.key,
  });
  context.onTestFinished(() => server.stop());
  await server.create("stats");
  const open = (host: string, root: string | undefined) =>
    openDatabase(
      `postgres://paceline@${host}:${port}/stats?sslmode=verify-full${root === undefined ? "" : `&sslrootcert=${root}`}`,
    );
  const store = await open("localhost", own.file);
  const [session] = await server.run(
    "stats",
    "select bool_and(ssl) as ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'paceline'",
  );
  expect(session).toEqual({ ssl: true });
  await store.close();
  // Its own certificate, under another name; somebody else's root; and no root that signed it.
  for (const [host, root] of [
    ["127.0.0.1", own.file],
    ["localhost", stranger.file],
    ["localhost", undefined],
  ] as const)
    await expect(open(host, root)).rejects.toMatchObject({
      code: "misconfigured",
      message: expect.stringContaining("did not prove who it is"),
    });
  await server.run("stats", "alter system set ssl = off");
  await server.crash();
  await expect(open("localhost", own.file)).rejects.toMatchObject({ code: "misconfigured" });
});
