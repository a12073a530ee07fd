// Accounts that join rounds at a registrar while it dies at random: one place for each account and for each key, nobody who was told
// that they are in it is left out, and the roster that is signed is the same whenever it is asked for.
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "vitest";
import { call } from "../../src/api/call.ts";
import { registrarRoutes } from "../../src/api/masked.ts";
import { fromBase64Url, toBase64Url, toHex } from "../../src/base/bytes.ts";
import { isPacelineError } from "../../src/base/errors.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import type { KeyPair } from "../../src/ports/crypto.ts";
import type { Transport } from "../../src/ports/transport.ts";
import { Opening } from "../../src/protocol/secagg/terms.ts";
import { joinInput, signMasked } from "../../src/task/masked/envelope.ts";
import type { MadeRound, signerOf } from "../support/masked.ts";
import { type Deaths, type Mortal, whileItDies } from "./mortal.ts";

/** What outlives a registrar: its key, and what one coordinator asks of it. */
export interface Rounds {
  readonly keyFile: string;
  readonly coordinatorUrl: string;
  readonly register: ReturnType<typeof signerOf>;
  readonly rounds: readonly MadeRound[];
  /** Members that a round takes, at most. */
  readonly most: number;
  /** Unix milliseconds: while all of them are open. */
  readonly now: number;
}

/** More than are taken; every third comes with two keys at the same time. */
const BEYOND = 3;

/** Who is in a round stays in it, and what was signed stays signed. */
function newCheck() {
  let before = new Map<string, string>();
  return (folder: string) => {
    const db = new DatabaseSync(join(folder, "registrar.sqlite"), { readOnly: true, timeout: 5000 });
    try {
      const rows = (text: string) => db.prepare(text).all() as unknown as Record<string, Uint8Array>[];
      const hex = (value: unknown) => toHex(value as Uint8Array);
      const members = rows("select task, account, key from roster_member");
      const now = new Map([
        ...members.map((row) => [`${hex(row.task)} ${hex(row.account)}`, hex(row.key)] as const),
        ...rows("select task, manifest from roster").map((row) => [hex(row.task), hex(row.manifest)] as const),
        ...rows("select task, opening from roster where opening is not null").map(
          (row) => [`${hex(row.task)} opening`, hex(row.opening)] as const,
        ),
      ]);
      for (const [name, value] of before) expect(now.get(name)).toBe(value);
      before = now;
    } finally {
      db.close();
    }
  };
}

type Outcome = "joined" | "conflict";

function join1(mortal: Mortal, task: Uint8Array, account: string, { public: key, secret }: KeyPair): Promise<Outcome> {
  const transport: Transport = {
    send: ({ headers, ...rest }) =>
      mortal.transport.send({ ...rest, headers: { ...headers, authorization: `Bearer ${account}` } }),
  };
  const body = { key: toBase64Url(key), signature: toBase64Url(nodeCrypto.ed25519Sign(secret, joinInput(task, key))) };
  const parameters = { task: toBase64Url(task) };
  return mortal.ask(async () => {
    try {
      await call({ transport, url: mortal.url }, registrarRoutes.joinRound, { parameters, body });
      return "joined";
    } catch (error) {
      if (isPacelineError(error) && error.code === "conflict") return "conflict";
      throw error;
    }
  });
}

async function oneRound(mortal: Mortal, { register, most }: Rounds, round: MadeRound): Promise<void> {
  const at = { transport: mortal.transport, url: mortal.url };
  const body = {
    manifest: toBase64Url(round.bytes),
    register: toBase64Url(await signMasked(register, "register", round.bytes)),
  };
  const open = () => mortal.ask(() => call(at, registrarRoutes.openRound, { body }));
  const { registrar } = await open();
  const joining = Array.from({ length: most + BEYOND }, async (_, i) => {
    const keys = Array.from({ length: i % 3 === 0 ? 2 : 1 }, () => nodeCrypto.ed25519Generate() as KeyPair);
    const outcomes = await Promise.all(keys.map((key) => join1(mortal, round.task, `member-${i}`, key)));
    return keys.map((key, k) => ({ account: i, key, outcome: outcomes[k] as Outcome }));
  });
  const tries = (await Promise.all(joining)).flat();
  const joined = tries.filter(({ outcome }) => outcome === "joined");
  expect(joined).toHaveLength(most);
  expect(new Set(joined.map(({ account }) => account)).size).toBe(most);
  const parameters = { task: toBase64Url(round.task) };
  const openings = new Set<string>();
  for (let times = 0; times < 3; times++) {
    openings.add((await mortal.ask(() => call(at, registrarRoutes.opening, { parameters }))).opening);
    // Who is in it is told so again, nobody else is taken, and the round is opened as it was.
    const again = tries[mortal.draw(tries.length)] as (typeof tries)[number];
    expect(await join1(mortal, round.task, `member-${again.account}`, again.key)).toBe(again.outcome);
    expect(await open()).toEqual({ registrar });
  }
  expect(openings.size).toBe(1);
  const { roster } = Opening.decode(fromBase64Url([...openings][0] ?? ""));
  expect(roster.map(toHex)).toEqual(joined.map(({ key }) => toHex(key.public)).sort());
}

export async function registrarDies(seed: string, most: number, deaths: Deaths, rounds: Rounds): Promise<void> {
  const registerKey = toHex(rounds.register.publicKey);
  const one = { role: "registrar", now: rounds.now, coordinator: { url: rounds.coordinatorUrl, registerKey } } as const;
  const calls = { fresh: 225, again: 21, after: 140 };
  const prepare = (folder: string) => copyFileSync(rounds.keyFile, join(folder, "registrar.keys"));
  await whileItDies({ one, calls, seed, most, deaths, prepare, check: newCheck() }, async (mortal) => {
    await Promise.all(rounds.rounds.map((round) => oneRound(mortal, rounds, round)));
  });
}
