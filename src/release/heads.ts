// Signed heads: how far a service's ledger had come, in bytes that the other service keeps. A head says which head that
// the other side holds it extends, and the newest of the other side's that its signer had seen.
import { concat, fromBase64Url, toBase64Url, utf8 } from "../base/bytes.ts";
import { decode, Writer } from "../base/codec.ts";
import { fail } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Signer } from "../ports/signer.ts";
import type { Mark } from "./chain.ts";
import type { LedgerRole } from "./verify.ts";

export interface Head extends Mark {
  readonly role: LedgerRole;
  /** The own head that the other side is known to hold, found on the own chain; the origin where none is known. */
  readonly after: Mark;
  /** The other side's newest; the origin where none was seen. */
  readonly seen: Mark;
}

/** The exact bytes and the Ed25519 signature over them. */
export interface SignedHead {
  readonly head: Uint8Array;
  readonly signature: Uint8Array;
}

/** What one side shows the other. */
export interface Heads {
  /** The key that signs `own`. */
  readonly key: Uint8Array;
  readonly own: SignedHead;
  /** The newest head that the receiver once showed. */
  readonly held: SignedHead | null;
}

const roles: readonly LedgerRole[] = ["coordinator", "helper"];
const labelled = (head: Uint8Array) => concat(utf8("paceline ledger head v1\n"), head);

export async function signHead(signer: Signer, { role, sequence, hash, after, seen }: Head): Promise<SignedHead> {
  const writer = new Writer().u8(roles.indexOf(role));
  for (const mark of [{ sequence, hash }, after, seen]) writer.u64(mark.sequence).fixed(mark.hash);
  const head = writer.done();
  return { head, signature: await signer.sign(labelled(head)) };
}

/** @throws PacelineError verification_failed unless `key` signed it as a head of this role */
export async function openHead(
  crypto: Crypto,
  key: Uint8Array,
  role: LedgerRole,
  { head, signature }: SignedHead,
): Promise<Head> {
  if (signature.length !== 64 || !(await crypto.ed25519Verify(key, labelled(head), signature)))
    fail("verification_failed", `the head of the ${role}'s ledger does not verify under its key`);
  const opened = readHead(head);
  if (opened.role !== role) fail("verification_failed", `the head is of a ${opened.role}'s ledger, not of a ${role}'s`);
  return opened;
}

/** A head whose signature was verified when it was stored. */
export function readHead(bytes: Uint8Array): Head {
  return decode(bytes, "a ledger's head", (reader) => {
    const mark = () => ({ sequence: Number(reader.u64()), hash: reader.fixed(32).slice() });
    const role = roles[reader.u8()] ?? fail("invalid_message", "a ledger's head: no such role");
    return { role, ...mark(), after: mark(), seen: mark() };
  });
}

/** As JSON carries them, in base64url. */
export interface HeadsDocument {
  key: string;
  own: { head: string; signature: string };
  held: { head: string; signature: string } | null;
}

const signedDocument = ({ head, signature }: SignedHead) => ({
  head: toBase64Url(head),
  signature: toBase64Url(signature),
});
const signedFrom = ({ head, signature }: HeadsDocument["own"]): SignedHead => ({
  head: fromBase64Url(head),
  signature: fromBase64Url(signature),
});

export const headsDocument = ({ key, own, held }: Heads): HeadsDocument => ({
  key: toBase64Url(key),
  own: signedDocument(own),
  held: held === null ? null : signedDocument(held),
});

export const headsFrom = ({ key, own, held }: HeadsDocument): Heads => ({
  key: fromBase64Url(key),
  own: signedFrom(own),
  held: held === null ? null : signedFrom(held),
});
