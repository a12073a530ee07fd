// Every small file that a service starts from, with one bit turned or its end missing: it is refused, by its name, or it says what it
// said before. A configuration may say something else; then it is told which field.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import seedrandom from "seedrandom";
import { expect } from "vitest";
import { isPacelineError } from "../../src/base/errors.ts";
import { readArchive, writeArchive } from "../../src/cli/backup/archive.ts";
import { initCoordinator, initHelper } from "../../src/cli/init/init.ts";
import { readInvitation } from "../../src/cli/init/invitation.ts";
import { changedFields, settingsOf } from "../../src/cli/serve/changed.ts";
import { readCoordinatorConfig, readHelperConfig } from "../../src/cli/serve/config.ts";
import { readPlainConfig } from "../../src/cli/serve/plain-config.ts";
import {
  nodeEntropy,
  openIssuerKey,
  openKeyring,
  openMarkFile,
  openRegistrarKey,
  openSealer,
} from "../../src/platform/node/index.ts";
import { replaceReceivingKey } from "../../src/platform/node/keyring.ts";
import { readHighWater, writeHighWater } from "../../src/release/high-water.ts";
import { example } from "../support/plain-process.ts";

/** A file of a service, and what it says to who reads it. */
interface Source {
  readonly path: string;
  read(): Promise<unknown>;
  /** Where it may say something else than before, as long as that is told: which fields. */
  readonly changes?: (before: unknown, after: unknown) => readonly string[];
}

const salt = new Uint8Array(32).fill(7);
const changes = (before: unknown, after: unknown) => changedFields(settingsOf(before as object, salt), after as object);
const quiet = <R>(work: () => R): R => {
  const { write } = process.stdout;
  process.stdout.write = () => true;
  try {
    return work();
  } finally {
    process.stdout.write = write;
  }
};

async function bytesOf(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const bytes of content) all.push(bytes);
  return Buffer.concat(all);
}

/** Fresh files of each kind in a folder. */
export async function newSources(folder: string): Promise<Readonly<Record<string, Source>>> {
  const file = (name: string) => join(folder, name);
  const common = { folder, minBatch: "50" };
  quiet(() => {
    const addresses = { url: "https://h.example", coordinator: "https://c.example", metrics: "rhr" };
    initHelper({ ...common, ...addresses });
    initCoordinator({ ...common, url: "https://c.example", helper: file("for-coordinator.json") });
  });
  writeFileSync(file("plain.json"), JSON.stringify(example, null, 2), { mode: 0o600 });
  replaceReceivingKey(file("helper.keys"));
  const place = { table: "t", column: "c", task: new Uint8Array(32), row: new Uint8Array(1) };
  const sealed = openSealer(file("sealing"), "make").seal(place, salt);
  const mark = openMarkFile(file("mark"));
  const spent = new Map([
    ["2026-W10", 250_000_000n],
    ["2026", 1_000_000_000n],
  ]);
  const counterpart = { key: salt, head: nodeEntropy.bytes(80), signature: nodeEntropy.bytes(64) };
  await writeHighWater(mark, { sequence: 17, hash: nodeEntropy.bytes(32), spent, counterpart });
  const about = { database: "sqlite", role: "helper", at: 1_770_000_000_000 } as const;
  await writeArchive(
    file("backup"),
    about,
    (async function* () {
      yield nodeEntropy.bytes(300);
    })(),
  );
  openIssuerKey(file("issuer"));
  openRegistrarKey(file("registrar"));
  const configuration = (name: string, read: (path: string) => object) =>
    ({ path: file(name), read: async () => read(file(name)), changes }) satisfies Source;
  const blinded = new Uint8Array(256).fill(1);
  return {
    "a helper's configuration": configuration("helper.json", readHelperConfig),
    "a coordinator's configuration": configuration("coordinator.json", readCoordinatorConfig),
    "a plain aggregator's configuration": configuration("plain.json", readPlainConfig),
    keys: {
      path: file("helper.keys"),
      async read() {
        const { signer, hpke, receiving, verifySeed } = openKeyring(file("helper.keys"), "refuse");
        const first = receiving?.first;
        return {
          signs: signer.sign(salt),
          key: signer.publicKey,
          hpke,
          first,
          verifySeed,
          made: receiving?.made(),
          before: receiving?.before(),
        };
      },
    },
    "sealing keys": {
      path: file("sealing"),
      read: async () => openSealer(file("sealing"), "refuse").open(place, sealed),
    },
    "an invitation": {
      path: file("for-coordinator.json"),
      read: async () => readInvitation("helper", file("for-coordinator.json")),
    },
    "a mark": { path: file("mark"), read: async () => await readHighWater(mark) },
    "a backup": {
      path: file("backup"),
      async read() {
        const { header, content } = await readArchive(file("backup"));
        return { header, content: await bytesOf(content()) };
      },
    },
    "an issuer's key": {
      path: file("issuer"),
      async read() {
        const { modulus, secret, sign } = openIssuerKey(file("issuer"));
        return { modulus, secret, signed: sign(blinded) };
      },
    },
    "a registrar's key": {
      path: file("registrar"),
      async read() {
        const { signer, secret } = openRegistrarKey(file("registrar"));
        return { key: signer.publicKey, signed: signer.sign(salt), secret };
      },
    },
  };
}

export interface Damage {
  tried: number;
  refused: number;
  /** It said what it said before. */
  meaningless: number;
  /** It said something else, and that was told. */
  told: number;
}

/** What becomes of a file with these bytes in its place. */
async function tryOne({ path, read, changes: told }: Source, bytes: Uint8Array, before: unknown, seen: Damage) {
  writeFileSync(path, bytes, { mode: 0o600 });
  seen.tried += 1;
  let after: unknown;
  try {
    after = await read();
  } catch (error) {
    if (!isPacelineError(error)) throw error;
    expect(["invalid_data", "policy_refused", "unsupported"]).toContain(error.code);
    expect(error.message).toContain(path);
    expect(error.hint ?? "", error.message).not.toBe("");
    seen.refused += 1;
    return;
  }
  try {
    expect(after).toEqual(before);
    seen.meaningless += 1;
  } catch (error) {
    if (told === undefined || told(before, after).length === 0) throw error;
    seen.told += 1;
  }
}

/**
 * @param flips how many bits, drawn from the seed
 * @param cuts at how many lengths it ends early
 */
export async function damage(source: Source, seed: string, cuts: number, flips: number): Promise<Damage> {
  const whole = new Uint8Array(readFileSync(source.path));
  const before = await source.read();
  const random = seedrandom.alea(seed);
  const seen: Damage = { tried: 0, refused: 0, meaningless: 0, told: 0 };
  const which = Array.from({ length: flips }, () => Math.floor(random() * whole.length * 8));
  try {
    for (const bit of which) {
      const bytes = whole.slice();
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      await tryOne(source, bytes, before, seen).catch((error: unknown) => {
        throw new Error(`bit ${bit} of ${source.path}: ${String(error)}`, { cause: error });
      });
    }
    for (let i = 0; i < cuts; i++) {
      const length = Math.floor((i * whole.length) / cuts);
      await tryOne(source, whole.slice(0, length), before, seen).catch((error: unknown) => {
        throw new Error(`${length} bytes of ${source.path}: ${String(error)}`, { cause: error });
      });
    }
  } finally {
    writeFileSync(source.path, whole, { mode: 0o600 });
  }
  return seen;
}
