// kill -9 of an issuer and of a registrar at calls drawn from a seed, the making of their files among them, on SQLite. PACELINE_KILLS says
// how often each (200 when it is not set), PACELINE_SEED draws the same again, PACELINE_FROM names the life to begin with.
import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeCrypto, openIssuerKey, openRegistrarKey } from "../../../src/platform/node/index.ts";
import { issuerDies } from "../../issuer/issuer-at-random.ts";
import type { Deaths } from "../../issuer/mortal.ts";
import { registrarDies } from "../../issuer/registrar-at-random.ts";
import { noFaults } from "../../support/faults/fault.ts";
import { makeMaskedRound, maskedDraft, signerOf } from "../../support/masked.ts";

const kills = Number(process.env.PACELINE_KILLS ?? 200);
const seed = process.env.PACELINE_SEED ?? String(randomInt(2 ** 32));
const from = Number(process.env.PACELINE_FROM ?? 0);
const DEATHS_A_LIFE = 16;
const timeout = Math.max(600_000, kills * 10_000);

async function run(role: string, live: (seed: string, most: number, deaths: Deaths, number: number) => Promise<void>) {
  expect(kills).toBeGreaterThan(0);
  const deaths: Deaths = { all: 0, starting: 0, making: 0 };
  const tell = (line: string) => writeSync(2, `${role}, seed ${seed}: ${line}\n`);
  const told = () =>
    `${deaths.all} deaths, ${deaths.starting} of them in a start, ${deaths.making} of these while its files were made`;
  for (let number = from; deaths.all < kills; number++) {
    await live(`${seed} ${number}`, Math.min(DEATHS_A_LIFE, kills - deaths.all), deaths, number).catch(
      (error: unknown) => {
        tell(`life ${number}: ${String(error)}`);
        throw error;
      },
    );
    tell(`${told()}, up to life ${number}`);
  }
}

test.skipIf(noFaults !== undefined)(
  "an issuer",
  async ({ onTestFinished }) => {
    const folder = mkdtempSync(join(tmpdir(), "paceline-issuer-key-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const made = join(folder, "keys");
    openIssuerKey(made);
    // One in four makes a key of its own while it dies.
    await run("issuer", (of, most, deaths, number) =>
      issuerDies(of, most, deaths, number % 4 === 0 ? undefined : made),
    );
  },
  timeout,
);

test.skipIf(noFaults !== undefined)(
  "a registrar",
  async ({ onTestFinished }) => {
    const folder = mkdtempSync(join(tmpdir(), "paceline-registrar-key-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const keyFile = join(folder, "keys");
    const key = openRegistrarKey(keyFile);
    const [now, most, coordinatorUrl] = [1_770_000_000_000, 12, "https://coordinator.test"];
    const draft = maskedDraft({ cohort: { expected: 10, least: 8, most } });
    const make = () => makeMaskedRound(draft, key, { opens: now / 1000 - 60, coordinatorUrl });
    const rounds = [await make(), await make()];
    const register = signerOf(nodeCrypto.ed25519Generate());
    await run("registrar", (of, dying, deaths) =>
      registrarDies(of, dying, deaths, { keyFile, coordinatorUrl, register, rounds, most, now }),
    );
  },
  timeout,
);
