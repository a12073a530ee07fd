// Several processes of `paceline serve registrar` on one PostgreSQL database: one roster, one place for each account, one for each key.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { toBase64Url } from "../../../src/base/bytes.ts";
import { nodeCrypto, nodeTransport, openRegistrarKey } from "../../../src/platform/node/index.ts";
import { startCommand } from "../../cli/spawned.ts";
import { race } from "../../issuer/registrar-race.ts";
import { serveAccounts } from "../../support/accounts.ts";
import { lowFloors, makeMaskedRound, maskedDraft, registrarUrl, signerOf } from "../../support/masked.ts";
import { noPostgres, startPostgres } from "../../support/postgres.ts";

const PROCESSES = 4;
const MOST = 24;
const ROUNDS = 5;

describe.skipIf(noPostgres !== undefined)("PostgreSQL", () => {
  test("four processes, five rounds, everybody at all of them at once", async ({ onTestFinished }) => {
    const server = await startPostgres();
    const accounts = await serveAccounts();
    const folder = mkdtempSync(join(tmpdir(), "paceline-registrars-"));
    const transport = nodeTransport();
    await server.create("registrar");
    const register = signerOf(nodeCrypto.ed25519Generate());
    const coordinator = { url: "https://coordinator.test", registerKey: toBase64Url(register.publicKey) };
    const at = (name: string) => join(folder, name);
    writeFileSync(at("pinned.json"), JSON.stringify({ coordinator }));
    const config = {
      ...{ database: server.url("registrar"), keys: at("keys"), listen: { port: 0 }, url: registrarUrl },
      ...{ coordinators: [at("pinned.json")], accounts: { url: accounts.url }, floors: lowFloors },
    };
    writeFileSync(at("registrar.json"), JSON.stringify(config), { mode: 0o600 });
    const processes: ReturnType<typeof startCommand>[] = [];
    onTestFinished(async () => {
      for (const one of processes) one.signal("SIGTERM");
      for (const { ended, err } of processes) expect([await ended, err()]).toEqual([0, ""]);
      transport.close();
      await accounts.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    const doors: { transport: typeof transport; url: string }[] = [];
    for (let i = 0; i < PROCESSES; i++) {
      const one = startCommand(["serve", "registrar", "--config", at("registrar.json")], folder);
      processes.push(one);
      await expect.poll(one.out, { timeout: 60_000 }).toContain("ready");
      doors.push({ transport, url: `http://127.0.0.1:${JSON.parse(one.out()).port}` });
    }
    const key = openRegistrarKey(at("keys"));
    const draft = maskedDraft({ cohort: { expected: 20, least: 8, most: MOST } });
    for (let i = 0; i < ROUNDS; i++) {
      const round = await makeMaskedRound(draft, key);
      // It is full: nobody waits for the end of its time.
      await race({ doors, round, register, most: MOST, over: () => Promise.resolve() });
    }
  });
});
