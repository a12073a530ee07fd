// An operator's word on a ledger that has lost a part of its past: everything that may have been forgotten stays spent,
// and every task that may have given a share out is closed for ever. The chain goes on beyond every head that was lost.
import { fromBase64Url, toBase64Url, utf8 } from "../base/bytes.ts";
import { isPacelineError } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import { appendChain, appendGenesis, headOf, isPast, type Mark, markJson, sameMark } from "./chain.ts";
import type { ServiceRows } from "./chained.ts";
import type { HighWater } from "./high-water.ts";
import { type Caps, capOf, type Debit, debit } from "./ledger.ts";
import type { LedgerRole } from "./verify.ts";
import type { LedgerDocument } from "./view.ts";

/** What is known of the ledger's past outside its database. */
export interface Known {
  readonly mark: HighWater | undefined;
  /** The own head that the other side holds. */
  readonly held: Mark | undefined;
  /** The other side's ledger. */
  readonly other: Pick<LedgerDocument, "debits" | "releases">;
}

export interface Statement {
  /** Whose ledger it is, for one that has to begin anew. */
  readonly owner: { readonly role: LedgerRole; readonly key: Uint8Array };
  readonly reason: string;
  /** Unix milliseconds. */
  readonly at: number;
  /** For epochs that are not known here. */
  readonly caps: Caps;
}

export interface Acknowledged {
  readonly before: Mark;
  readonly lost: readonly Mark[];
  /** Debits taken over from the other side's ledger, task by task. */
  readonly debits: readonly Debit[];
  /** What the mark says was spent besides, in nano-rho by epoch. */
  readonly raised: ReadonlyMap<string, bigint>;
  readonly closed: readonly Uint8Array[];
}

/** Within one transaction, on rows that write the chain by themselves. */
export async function acknowledge(
  rows: ServiceRows,
  crypto: Crypto,
  known: Known,
  { owner, reason, at, caps }: Statement,
): Promise<Acknowledged> {
  const before = await headOf(rows);
  const lost: Mark[] = [];
  for (const mark of [known.mark, known.held])
    if (mark !== undefined && !(await isPast(rows, mark)) && !lost.some((one) => sameMark(one, mark))) lost.push(mark);
  if (before.sequence === 0) await appendGenesis(rows, crypto, owner);
  const sequence = Math.max(1, before.sequence, ...lost.map((mark) => mark.sequence)) + 1;
  await appendChain(rows, crypto, "acknowledged", { reason, at, lost: lost.map(markJson) }, sequence);
  const debits: Debit[] = [];
  /** What each epoch has to come to, up to its cap. */
  const wanted = new Map(known.mark?.spent);
  for (const charge of missingDebits(known)) {
    if ((await rows.isForgotten(charge.task)) || (await rows.eventOf(charge.task, "debit")) !== undefined) continue;
    try {
      await debit(rows, charge, caps, at);
    } catch (error) {
      if (!isPacelineError(error) || error.code !== "budget_exhausted") throw error;
      // This side's caps are lower: all that is left of them.
      for (const epoch of charge.epochs) wanted.set(epoch, ALL);
    }
    debits.push(charge);
  }
  const closed = await closeAll(rows, debits);
  const raised = new Map<string, bigint>();
  for (const [epoch, spent] of wanted) {
    const row = await rows.budget(epoch);
    const cap = row?.cap ?? capOf(epoch, caps);
    const rho = (spent < cap ? spent : cap) - (row?.spent ?? 0n);
    if (rho <= 0n) continue;
    // No task that anyone could ask about.
    const task = await crypto.sha256(utf8(`paceline acknowledged v1\n${sequence} ${epoch}`));
    await debit(rows, { task, rho, epochs: [epoch], mechanism: '{"mechanism":"acknowledged"}' }, caps, at);
    raised.set(epoch, rho);
  }
  return { before, lost, debits, raised, closed };
}

const ALL = 1n << 63n;

function missingDebits({ other }: Known): readonly Debit[] {
  const released = new Set(other.releases.map(({ task }) => task));
  return other.debits
    .filter(({ task }) => !released.has(task))
    .map(({ task, rho, epochs, mechanism }) => ({ task: fromBase64Url(task), rho: BigInt(rho), epochs, mechanism }));
}

/**
 * Whether a task without a batch gave its share out before is not known here any more, nor how far a training's noise had come, whose
 * debit is kept under a name of its own: none of its rounds is answered again.
 */
async function closeAll(rows: ServiceRows, taken: readonly Debit[]): Promise<readonly Uint8Array[]> {
  for (const row of await rows.streams()) if (row.state !== null) await rows.putStream({ ...row, state: null });
  const closed: Uint8Array[] = [];
  for (const { task } of [...(await rows.events()), ...taken]) {
    if ((await rows.isForgotten(task)) || (await rows.batch(task)) !== undefined) continue;
    await rows.addForgotten(task);
    closed.push(task);
    // Asked again, the question gets a task anew.
    const query = await rows.queryOfTask?.(task);
    if (query !== undefined && query.release === null) await rows.dropQuery?.(query.hash);
  }
  return closed;
}

/** For people: where, and the start of the hash. */
export const markText = ({ sequence, hash }: Mark): string => `entry ${sequence} (${toBase64Url(hash).slice(0, 12)}…)`;
