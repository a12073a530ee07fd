// What the verification of every kind of release has in common: whose keys, which fields follow, and the log.
import { checkpointBytes } from "../audit/checkpoint.ts";
import { rootOfInclusion } from "../audit/merkle.ts";
import { equalBytes, fromBase64Url } from "../base/bytes.ts";
import { canonicalJson, type Json } from "../base/canonical.ts";
import { fail } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { LedgerCaps } from "../privacy/accounting/lifetime.ts";
import type { Bundle } from "../task/bundle.ts";
import type { Manifest } from "../task/manifest.ts";
import { definitionsFault } from "../task/metrics/definition.ts";
import type { ReleaseDocument } from "../task/release.ts";

/** Under whose word a signature verified. */
export interface NamedKey {
  readonly key: string;
  readonly from: "given" | "bundle";
}

export function keyOf(role: string, named: string, own: Uint8Array | undefined): NamedKey {
  if (own === undefined) return { key: named, from: "bundle" };
  if (!equalBytes(own, fromBase64Url(named)))
    wrong(`the bundle names another key of the ${role} than the one that was given`);
  return { key: named, from: "given" };
}

export async function checkDefinitions(
  crypto: Crypto,
  { definitions = [] }: Pick<Manifest, "definitions">,
  key: Uint8Array | undefined,
): Promise<"given" | "unchecked" | undefined> {
  if (definitions.length === 0) return undefined;
  const own = new Set(definitions.map(({ hash }) => hash));
  const fault = await definitionsFault(crypto, definitions, key === undefined ? { own } : { key });
  if (fault !== undefined) wrong(fault);
  return key === undefined ? "unchecked" : "given";
}

/** What engines compute with their own logarithms and roots may differ in the last digits; all else is exact. */
const NEARLY = 1e-9;

/** What a coordinator allows a week and a year is its own word; what ε that means is not. */
export function statedCaps({ lifetime }: Pick<ReleaseDocument["privacy"], "lifetime">): LedgerCaps {
  const [week, year] = [lifetime.week, lifetime.year].map(({ rho }) => BigInt(Math.round(rho * 1e9))) as [
    bigint,
    bigint,
  ];
  const cost = BigInt(Math.round(lifetime.answer.rho * 1e9));
  if (week < cost || year < cost) wrong("the release states caps that its own answer exceeds");
  return { week, year };
}

/** Names the first field in which the release is not what follows. */
export function differ(derived: Json | undefined, found: Json | undefined, path: string): void {
  const objects = [derived, found].map((one) => typeof one === "object" && one !== null && !Array.isArray(one));
  if (objects[0] && objects[1]) {
    const [own, other] = [derived, found] as { readonly [key: string]: Json | undefined }[];
    for (const key of new Set([...Object.keys(own ?? {}), ...Object.keys(other ?? {})].sort()))
      differ(own?.[key], other?.[key], path === "" ? key : `${path}.${key}`);
    return;
  }
  if (path.startsWith("privacy.") && typeof derived === "number" && typeof found === "number") {
    if (Math.abs(derived - found) <= NEARLY * Math.abs(derived)) return;
  } else if (derived !== undefined && found !== undefined && canonicalJson(derived) === canonicalJson(found)) return;
  if (derived === undefined && found === undefined) return;
  wrong(`the release's ${path} does not follow from the manifest`);
}

export async function checkLog(
  crypto: Crypto,
  { log }: Pick<Bundle, "log">,
  leaf: Uint8Array,
  key: Uint8Array,
): Promise<Uint8Array> {
  const { index, size } = log;
  const proof = log.proof.map((hash) => fromBase64Url(hash));
  const root = await rootOfInclusion(crypto, { leaf, index, size, proof });
  if (root === undefined) wrong(`the audit path is none of leaf ${index} in a log of ${size}`);
  const signature = fromBase64Url(log.signature);
  if (signature.length !== 64 || !(await crypto.ed25519Verify(key, checkpointBytes(size, root), signature)))
    wrong("the coordinator signed no log in which this release stands so, with this debit");
  return root;
}

export function wrong(why: string): never {
  fail("verification_failed", why);
}
