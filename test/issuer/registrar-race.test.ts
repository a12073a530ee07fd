// test/long/issuer has the same with processes on PostgreSQL.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { call } from "../../src/api/call.ts";
import { registrarRoutes } from "../../src/api/masked.ts";
import { toBase64Url } from "../../src/base/bytes.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { memoryDatabase } from "../../src/storage/memory/index.ts";
import { openDatabase } from "../../src/storage/sqlite/index.ts";
import { signMasked } from "../../src/task/masked/envelope.ts";
import {
  makeMaskedRound,
  maskedDraft,
  newRegistrarKey,
  newTestRegistrar,
  registrarUrl,
  signerOf,
} from "../support/masked.ts";
import { inThisProcess, race } from "./registrar-race.ts";

const opens = 1_790_000_000;
const url = "https://coordinator.test";

test("three registrars over one SQLite file give each account one place, each key one, and sign one roster", async () => {
  const folder = mkdtempSync(join(tmpdir(), "paceline-registrar-"));
  const file = join(folder, "registrar.sqlite");
  const store = await openDatabase(file);
  try {
    // Another process is not let at the file; what races here are the requests of one.
    await expect(openDatabase(file)).rejects.toMatchObject({ code: "conflict" });
    let now = opens * 1000;
    const pass = (milliseconds: number) => {
      now += milliseconds;
    };
    const key = newRegistrarKey();
    const register = signerOf(nodeCrypto.ed25519Generate());
    const known = { url, registerKey: register.publicKey };
    const doors = await Promise.all(
      [1, 2, 3].map(async () =>
        inThisProcess(await newTestRegistrar(key, known, { store, clock: { now: () => now } }), registrarUrl),
      ),
    );
    const round = await makeMaskedRound(maskedDraft({ cohort: { expected: 12, least: 8, most: 14 } }), key, { opens });
    await race({ doors, round, register, most: 14, over: async () => pass(600_000) });
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a mounted registrar forgets rounds that are long over when the next one is opened", async () => {
  let now = opens * 1000;
  const key = newRegistrarKey();
  const register = signerOf(nodeCrypto.ed25519Generate());
  const store = memoryDatabase();
  const registrar = await newTestRegistrar(
    key,
    { url, registerKey: register.publicKey },
    { store, clock: { now: () => now } },
  );
  const open = async () => {
    const round = await makeMaskedRound(maskedDraft(), key, { opens: Math.floor(now / 1000) });
    const body = {
      manifest: toBase64Url(round.bytes),
      register: toBase64Url(await signMasked(register, "register", round.bytes)),
    };
    await call(inThisProcess(registrar, registrarUrl), registrarRoutes.openRound, { body });
    return round;
  };
  const first = await open();
  const ends = first.manifest.joining.ends;
  now = (ends + 86_400) * 1000;
  await open();
  expect(await store.read((rows) => rows.roster(first.task))).toBeDefined();
  now += 1000;
  await open();
  expect(await store.read((rows) => rows.roster(first.task))).toBeUndefined();
});
