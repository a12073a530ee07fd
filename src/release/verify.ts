// Before a service serves, its whole chain is computed again and compared with every row that it tells about: events,
// caps, noised shares, releases and audit leaves. A row that was edited, added or removed is named.
import { equalBytes, toBase64Url } from "../base/bytes.ts";
import { canonicalJson } from "../base/canonical.ts";
import { fail } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import { type ChainKind, chainHash, eventContent, origin } from "./chain.ts";
import type { ServiceRows } from "./chained.ts";
import type { ChainEntry, ChainRows } from "./store.ts";

export type LedgerRole = "coordinator" | "helper";

/** What the chain says, from its entries. */
interface Told {
  readonly genesis: { readonly role?: string; readonly key?: string };
  readonly events: readonly string[];
  readonly leaves: readonly string[];
  readonly caps: ReadonlyMap<string, string>;
  readonly shares: ReadonlyMap<string, string>;
  /** The last of each. */
  readonly streams: ReadonlyMap<string, string>;
  readonly settled: ReadonlyMap<string, string>;
  readonly forgotten: ReadonlySet<string>;
}

const PAGE = 1000;

/**
 * @param owner whose ledger it must be; without entries it may still be anyone's
 * @throws PacelineError invalid_data naming the first thing that differs
 */
export async function verifyChain(
  rows: ServiceRows,
  crypto: Crypto,
  owner?: { readonly role: LedgerRole; readonly key: Uint8Array },
): Promise<void> {
  const told = await tell(rows, crypto);
  const { role, key } = told.genesis;
  if (owner !== undefined && role !== undefined && (role !== owner.role || key !== toBase64Url(owner.key)))
    wrong(`the ledger is of a ${role} with ${role === owner.role ? "other keys" : "keys of its own"}`);
  const events = (await rows.events()).map((event) => canonicalJson(eventContent(event)));
  sameList(events, told.events, "the ledger's event");
  const caps = (await rows.budgets()).map(({ epoch, cap }) => [epoch, `${cap}`] as const);
  sameMap(caps, told.caps, "the cap of");
  const hash = async (bytes: Uint8Array) => toBase64Url(await crypto.sha256(bytes));
  const shares: [string, string][] = [];
  for await (const page of rows.batches(PAGE))
    for (const { task, count, checksum, noisedShare } of page)
      shares.push([toBase64Url(task), shareText(count, toBase64Url(checksum), await hash(noisedShare))]);
  sameMap(shares, told.shares, "the noised share of task");
  const streams: [string, string][] = [];
  for (const { task, round, until, state } of await rows.streams()) {
    const name = toBase64Url(task);
    // What it kept is deleted when its time is over; then it gives nothing any more.
    const kept = state === null ? told.streams.get(name)?.split(" ").at(-1) : await hash(state);
    streams.push([name, streamText(round, until, `${kept}`)]);
  }
  sameMap(streams, told.streams, "the noise stream");
  const forgotten = (await rows.forgotten()).map((task) => [toBase64Url(task), ""] as const);
  sameMap(forgotten, new Map([...told.forgotten].map((task) => [task, ""])), "the closing of task");
  if (rows.releases === undefined || rows.leaves === undefined) return;
  const settled: [string, string][] = [];
  for await (const page of rows.releases(PAGE))
    for (const { task, release } of page) settled.push([toBase64Url(task), await hash(release)]);
  sameMap(settled, told.settled, "the release of task");
  const leaves: string[] = [];
  for (const leaf of await rows.leaves()) leaves.push(await hash(leaf));
  sameList(leaves, told.leaves, "the audit log's leaf");
}

async function tell(rows: ChainRows, crypto: Crypto): Promise<Told> {
  const events: string[] = [];
  const leaves: string[] = [];
  const [caps, shares, settled] = [new Map<string, string>(), new Map<string, string>(), new Map<string, string>()];
  const streams = new Map<string, string>();
  const forgotten = new Set<string>();
  let genesis: Told["genesis"] = {};
  const take: Record<ChainKind, (content: Record<string, string>, body: string) => unknown> = {
    genesis: (content) => (genesis = content),
    acknowledged: () => undefined,
    epoch: ({ epoch = "", cap = "" }) => caps.set(epoch, cap),
    ledger: (_, body) => events.push(body),
    share: ({ task = "", count = "", checksum = "", noised = "" }) =>
      shares.set(task, shareText(count, checksum, noised)),
    stream: ({ stream = "", round = "", until = "", state }) =>
      streams.set(stream, streamText(round, until, `${state}`)),
    leaf: ({ hash = "" }) => leaves.push(hash),
    settled: ({ task = "", release = "" }) => settled.set(task, release),
    forgotten: ({ task = "" }) => forgotten.add(task),
  };
  let before = origin;
  for await (const page of rows.chain(PAGE))
    for (const entry of page) {
      await follow(crypto, before, entry);
      before = entry;
      const content = JSON.parse(entry.body) as Record<string, string>;
      const known = take[entry.kind as ChainKind] as (typeof take)[ChainKind] | undefined;
      if (known === undefined) wrong(`entry ${entry.sequence} of the ledger's chain is of no known kind`);
      else known(content, entry.body);
    }
  return { genesis, events, leaves, caps, shares, streams, settled, forgotten };
}

async function follow(crypto: Crypto, before: { sequence: number; hash: Uint8Array }, entry: ChainEntry) {
  const gap = entry.sequence !== before.sequence + 1 && entry.kind !== "acknowledged";
  if (gap || !equalBytes(entry.hash, await chainHash(crypto, before.hash, entry)))
    wrong(`entry ${entry.sequence} of the ledger's chain does not follow from the one before`);
}

const streamText = (round: number | string, until: number | string, state: string) => `${round} ${until} ${state}`;

const shareText = (count: number | string, checksum: string, noised: string) => `${count} ${checksum} ${noised}`;

function sameList(found: readonly string[], told: readonly string[], what: string): void {
  const at = found.findIndex((one, i) => one !== told[i]);
  if (at >= 0) wrong(`${what} ${at} is not what the ledger's chain says`);
  if (found.length < told.length) wrong(`${what} ${found.length} is missing`);
}

function sameMap(found: readonly (readonly [string, string])[], told: ReadonlyMap<string, string>, what: string): void {
  for (const [key, value] of found)
    if (told.get(key) !== value) wrong(`${what} ${key} is not what the ledger's chain says`);
  if (found.length === told.size) return;
  const there = new Set(found.map(([key]) => key));
  wrong(`${what} ${[...told.keys()].find((key) => !there.has(key))} is missing`);
}

function wrong(what: string): never {
  fail("invalid_data", what, {
    hint: "The database was edited or is damaged: restore the newest copy. Nothing is served from this one.",
  });
}
