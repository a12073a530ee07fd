// The Keyring port over one JSON file that only its owner can read. A running service sees at once that a receiving key was
// replaced: it looks at the file again when that has changed.
import { statSync } from "node:fs";
import { equalBytes } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import type { Keyring, OldReceivingKey } from "../../ports/keyring.ts";
import { nodeClock } from "./clock.ts";
import { nodeCrypto } from "./crypto.ts";
import { createFile, removeLeftovers, replaceSecret, withFileLock } from "./files.ts";
import { type KeyFile, keyFileBytes, newKeyFile, newReceivingKey, readKeyFile } from "./key-file.ts";

/** How often a file that may have changed is looked at. */
const LOOK_MS = 1000;

/**
 * Loads the keys in `path`, or makes them there.
 * @param missing what to do when there is no such file: "make", or "refuse" where keys are known to have been
 * @throws PacelineError policy_refused when others can read the file, invalid_data when it is damaged, not_found
 */
export function openKeyring(path: string, missing: "make" | "refuse" = "make"): Keyring {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    if (missing === "refuse")
      fail("not_found", `the key file ${path} is missing, and the database beside it was made with its keys`, {
        hint: "Restore it from a backup: devices have those keys pinned, and reports are sealed to them.",
      });
    createFile(path, keyFileBytes(newKeyFile(nodeClock.now())));
  }
  // when another process was first, its keys are the ones that count
  const { signing, first, verifySeed } = readKeyFile(path);
  const now = newestOf(path);
  return {
    signer: { publicKey: signing.public, sign: (message) => nodeCrypto.ed25519Sign(signing.seed, message) },
    get hpke() {
      const { id, pair } = now().hpke;
      return { id, pair };
    },
    receiving: {
      first,
      made: () => now().hpke.made,
      before: () => now().before,
      destroy: (old) => destroyReceivingKey(path, old),
    },
    verifySeed,
  };
}

/** The file's content as it is now. One that is damaged, or another service's, changes nothing for who has read it before. */
function newestOf(path: string): () => KeyFile {
  let file = readKeyFile(path);
  let read = stampOf(path);
  let looked = performance.now();
  return () => {
    if (performance.now() - looked < LOOK_MS) return file;
    looked = performance.now();
    const stamp = stampOf(path);
    if (stamp === read) return file;
    read = stamp;
    try {
      const newer = readKeyFile(path);
      if (equalBytes(newer.signing.public, file.signing.public)) file = newer;
    } catch (error) {
      if (!isPacelineError(error)) throw error;
    }
    return file;
  };
}

/** Changes with every replacement: the file is another one then. */
function stampOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found && `${found.ino} ${found.mtimeNs} ${found.size}`;
}

/** Puts a fresh receiving key in the place of the present one, which is kept. Durable when it returns. */
export function replaceReceivingKey(path: string): void {
  withFileLock(path, () => {
    removeLeftovers(path);
    const file = readKeyFile(path);
    const { id, pair } = file.hpke;
    const now = nodeClock.now();
    const before = [{ id, pair, replaced: now }, ...file.before];
    const hpke = newReceivingKey(
      now,
      before.map((old) => old.id),
    );
    replaceSecret(path, keyFileBytes({ ...file, hpke, before }));
  });
}

function destroyReceivingKey(path: string, old: OldReceivingKey): void {
  withFileLock(path, () => {
    removeLeftovers(path);
    const file = readKeyFile(path);
    const before = file.before.filter(({ pair }) => !equalBytes(pair.public, old.pair.public));
    if (before.length < file.before.length) replaceSecret(path, keyFileBytes({ ...file, before }));
  });
}
