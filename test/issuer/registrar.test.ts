import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fromBase64Url, toBase64Url, toHex } from "../../src/base/bytes.ts";
import { checkMasked, checkRoundTerms } from "../../src/learning/masked/check.ts";
import { nodeCrypto, openRegistrarKey } from "../../src/platform/node/index.ts";
import type { KeyPair } from "../../src/ports/crypto.ts";
import { Opening, openingInput } from "../../src/protocol/secagg/terms.ts";
import { memoryDatabase } from "../../src/storage/memory/index.ts";
import { joinInput, signMasked, verifyMaskedSignature } from "../../src/task/masked/envelope.ts";
import {
  type MadeRound,
  makeMaskedRound,
  maskedDraft,
  newRegistrarKey,
  newTestRegistrar,
  registrarUrl,
  signerOf,
} from "../support/masked.ts";

const coordinatorUrl = "https://coordinator.test";
const opens = 1_790_000_000;

async function standing(change: Parameters<typeof newTestRegistrar>[2] = {}, draft = maskedDraft()) {
  let now = opens * 1000;
  const key = newRegistrarKey();
  const register = signerOf(nodeCrypto.ed25519Generate());
  const store = memoryDatabase();
  const registrar = await newTestRegistrar(
    key,
    { url: coordinatorUrl, registerKey: register.publicKey },
    { store, clock: { now: () => now }, ...change },
  );
  const round = await makeMaskedRound(draft, key, { opens });
  const post = async (path: string, body: unknown, account?: string) => {
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (account !== undefined) headers.authorization = `Bearer ${account}`;
    const request = new Request(`${registrarUrl}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    const response = await registrar.fetch(request);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const open = async ({ bytes }: Pick<MadeRound, "bytes"> = round, signer = register) =>
    await post("/v1/rounds", {
      manifest: toBase64Url(bytes),
      register: toBase64Url(await signMasked(signer, "register", bytes)),
    });
  const task = toBase64Url(round.task);
  const enter = (account: string | undefined, pair: KeyPair = nodeCrypto.ed25519Generate(), of = round.task) =>
    post(
      `/v1/rounds/${toBase64Url(of)}/members`,
      {
        key: toBase64Url(pair.public),
        signature: toBase64Url(nodeCrypto.ed25519Sign(pair.secret, joinInput(round.task, pair.public))),
      },
      account,
    );
  const opening = async () => {
    const response = await registrar.fetch(new Request(`${registrarUrl}/v1/rounds/${task}/opening`));
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const pass = (seconds: number) => {
    now += seconds * 1000;
  };
  return { registrar, key, register, store, round, post, open, enter, opening, pass, task };
}

describe("a registrar", () => {
  test("signs the rounds of its coordinator, and no other's", async () => {
    const { open, key, round, register } = await standing();
    const { status, body } = await open();
    expect(status).toBe(200);
    const signature = fromBase64Url(String(body.registrar));
    const { publicKey } = key.signer;
    expect(await verifyMaskedSignature(nodeCrypto, "registrar", publicKey, round.bytes, signature)).toBe(true);
    expect(await verifyMaskedSignature(nodeCrypto, "register", publicKey, round.bytes, signature)).toBe(false);
    expect((await open(round, signerOf(nodeCrypto.ed25519Generate()))).status).toBe(401);
    const elsewhere = await makeMaskedRound(maskedDraft(), key, { opens, coordinatorUrl: "https://other.test" });
    expect((await open(elsewhere, register)).status).toBe(401);
  });

  test("refuses a round that names another registrar, is over, or is below its floors", async () => {
    const { open, pass, key } = await standing();
    const other = await makeMaskedRound(maskedDraft(), newRegistrarKey(), { opens });
    expect(await open(other)).toMatchObject({ status: 403, body: { type: "urn:paceline:error:manifest_refused" } });
    expect((await open(await makeMaskedRound(maskedDraft(), key, { opens: opens + 200_000 }))).status).toBe(403);
    pass(600);
    expect((await open()).status).toBe(403);
    const strict = await standing({ floors: {} });
    expect(await strict.open()).toMatchObject({ status: 403, body: { type: "urn:paceline:error:policy_refused" } });
  });

  test("gives an account one place, whichever of its devices comes first, and keeps no name", async () => {
    const { open, enter, store, round, pass } = await standing();
    const [first, second] = [nodeCrypto.ed25519Generate(), nodeCrypto.ed25519Generate()];
    expect((await enter("ann", first)).status).toBe(404);
    await open();
    expect(await enter("ann", first)).toEqual({ status: 200, body: { closes: (opens + 600) * 1000 } });
    expect((await enter("ann", first)).status).toBe(200);
    expect(await enter("ann", second)).toMatchObject({ status: 409, body: { type: "urn:paceline:error:conflict" } });
    expect((await enter("bob", first)).status).toBe(409);
    expect((await enter(undefined, second)).status).toBe(401);
    // Another round's signature, and no signature at all.
    expect((await enter("bob", second, new Uint8Array(32))).status).toBe(404);
    const members = await store.read((rows) => rows.rosterMembers(round.task));
    expect(members).toHaveLength(1);
    expect(members[0]?.account).toHaveLength(32);
    pass(600);
    expect((await enter("carl", second)).status).toBe(409);
    // Who is in it is told so again.
    expect((await enter("ann", first)).status).toBe(200);
  });

  test("wants the key's own word that it joins this round", async () => {
    const { open, post, task, round } = await standing();
    await open();
    const [pair, thief] = [nodeCrypto.ed25519Generate(), nodeCrypto.ed25519Generate()];
    const join = (signature: Uint8Array) =>
      post(`/v1/rounds/${task}/members`, { key: toBase64Url(pair.public), signature: toBase64Url(signature) }, "ann");
    const wrong = [
      nodeCrypto.ed25519Sign(thief.secret, joinInput(round.task, pair.public)),
      nodeCrypto.ed25519Sign(pair.secret, joinInput(new Uint8Array(32), pair.public)),
      nodeCrypto.ed25519Sign(pair.secret, joinInput(round.task, thief.public)),
    ];
    for (const signature of wrong)
      expect(await join(signature)).toMatchObject({ body: { type: "urn:paceline:error:verification_failed" } });
    expect((await join(new Uint8Array(3))).status).toBe(400);
  });

  test("signs the roster once, when no more can join, with the counts that follow from it", async () => {
    const { open, enter, opening, pass, round, key, store } = await standing();
    await open();
    const pairs = Array.from({ length: 10 }, () => nodeCrypto.ed25519Generate());
    for (const [i, pair] of pairs.entries()) await enter(`member-${i}`, pair);
    expect(await opening()).toMatchObject({ status: 409, body: { type: "urn:paceline:error:conflict" } });
    pass(600);
    const { body } = await opening();
    const decoded = Opening.decode(fromBase64Url(String(body.opening)));
    expect(nodeCrypto.ed25519Verify(key.signer.publicKey, openingInput(decoded), decoded.signature)).toBe(true);
    expect(new Set(decoded.roster.map(toHex))).toEqual(new Set(pairs.map((pair) => toHex(pair.public))));
    expect(decoded.terms).toMatchObject({ corrupt: 1, survivors: 7, unopened: 3, round: 1, width: 32 });
    const checked = checkMasked(round.manifest);
    checkRoundTerms(round.task, checked, decoded.terms, 10);
    for (const change of [{ corrupt: 0 }, { survivors: 6 }, { unopened: 4 }])
      expect(() => checkRoundTerms(round.task, checked, { ...decoded.terms, ...change }, 10)).toThrow(/of 10 members/);
    expect(() => checkRoundTerms(round.task, checked, decoded.terms, 7)).toThrow(/8 to 16/);
    expect((await opening()).body).toEqual(body);
    expect((await enter("late")).status).toBe(409);
    await store.transaction((rows) => rows.forgetRosters(2 ** 50));
    expect((await opening()).status).toBe(404);
  });

  test("closes a full round before its time, and has none of too few", async () => {
    const full = await standing();
    await full.open();
    for (let i = 0; i < 16; i++) expect((await full.enter(`member-${i}`)).status).toBe(200);
    expect((await full.enter("one-more")).status).toBe(409);
    expect((await full.opening()).status).toBe(200);
    const few = await standing();
    await few.open();
    for (let i = 0; i < 7; i++) await few.enter(`member-${i}`);
    few.pass(600);
    expect(await few.opening()).toMatchObject({ status: 409, body: { type: "urn:paceline:error:round_aborted" } });
    expect((await few.enter("member-8")).status).toBe(409);
    expect(await few.opening()).toMatchObject({ status: 409, body: { type: "urn:paceline:error:round_aborted" } });
  });
});

test("a registrar's key is made once, for its owner alone, and a damaged file is refused", () => {
  const folder = mkdtempSync(join(tmpdir(), "paceline-registrar-"));
  try {
    const path = join(folder, "registrar.json");
    const made = openRegistrarKey(path);
    const again = openRegistrarKey(path);
    expect([again.signer.publicKey, again.secret]).toEqual([made.signer.publicKey, made.secret]);
    const text = readFileSync(path, "utf8");
    chmodSync(path, 0o644);
    expect(() => openRegistrarKey(path)).toThrow("others may read");
    chmodSync(path, 0o600);
    const file = JSON.parse(text) as Record<string, string>;
    for (const change of [{ seed: file.secret }, { secret: "AA" }, { format: "paceline-issuer-1" }]) {
      writeFileSync(path, JSON.stringify({ ...file, ...change }));
      expect(() => openRegistrarKey(path)).toThrow("no Paceline registrar's key file");
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
