// What a service knows about its ledger's past from outside its own database: its mark file and the other service. A
// ledger that is behind or beside what either of them holds serves nothing until its operator has said what happened.
import { fail } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { MarkFile } from "../ports/mark-file.ts";
import type { ServiceLog } from "../ports/service-log.ts";
import type { Signer } from "../ports/signer.ts";
import type { Store } from "../ports/store.ts";
import { appendGenesis, headOf, isPast, type Mark, origin, sameMark } from "./chain.ts";
import { chainedRows, type ServiceRows } from "./chained.ts";
import { type Head, type Heads, openHead, readHead, signHead } from "./heads.ts";
import { type HighWater, highWaterOf, readHighWater, writeHighWater } from "./high-water.ts";
import { checkLedger } from "./ledger.ts";
import type { CounterpartRow } from "./store.ts";
import { type LedgerRole, verifyChain } from "./verify.ts";

export interface AgreementParts<Rows extends ServiceRows> {
  readonly store: Store<Rows>;
  readonly crypto: Crypto;
  readonly signer: Signer;
  readonly role: LedgerRole;
  readonly mark: MarkFile;
  /** Known beforehand, or else the first one that is shown: the other side has proved itself with its token. */
  readonly counterpartKey?: Uint8Array;
  /** There is no other side: its mark alone knows this ledger's past. */
  readonly alone?: boolean;
}

export interface Agreement<Rows extends ServiceRows> {
  /** Appends to the chain and raises the mark by itself. */
  readonly store: Store<Rows>;
  /** Verifies everything and compares it with the mark; a new ledger begins here. @throws PacelineError invalid_data */
  open(log?: ServiceLog): Promise<void>;
  show(): Promise<Heads>;
  /** Compares what the other side shows with what is known here, and keeps it. @throws PacelineError verification_failed */
  take(heads: Heads): Promise<void>;
  /** Whether the other side is known to hold this own head. */
  holds(head: Mark): boolean;
  /** Why this ledger serves nothing, if so. */
  trouble(): string | undefined;
  /** Whether `checkBoth` would throw nothing. */
  agreed(): boolean;
  /** @throws PacelineError ledger_behind while this ledger has lost a part of its past */
  checkOwn(): void;
  /** `checkOwn`, and that the mark is written. @throws PacelineError also storage_full, unavailable */
  check(): Promise<void>;
  /** @throws PacelineError also when the other side's has, or when it has not been heard of since this service began */
  checkBoth(): void;
}

const otherOf = (role: LedgerRole): LedgerRole => (role === "helper" ? "coordinator" : "helper");

export function newAgreement<Rows extends ServiceRows>(parts: AgreementParts<Rows>): Agreement<Rows> {
  const { crypto, signer, role } = parts;
  const other = otherOf(role);
  let behind: string | undefined;
  let counterpart: "unheard" | "agreed" | { readonly behind: string } = "unheard";
  /** The own head that the other side holds, as far as this process has seen: it is on the chain. */
  let confirmed: Mark = origin;
  let tell: ServiceLog = () => undefined;
  function lost(why: string): void {
    if (behind !== undefined) return;
    behind = why;
    tell(`nothing is served: ${why}`, "ledger.behind");
  }
  const store = markedStore(parts, () => behind === undefined);

  function checkOwn(): void {
    if (behind !== undefined)
      fail("ledger_behind", behind, {
        hint: `Restore the newest copy of the database, or run \`paceline ledger acknowledge ${role}\`.`,
      });
  }

  return {
    store,
    async open(log = () => undefined) {
      tell = log;
      const mark = await readHighWater(parts.mark);
      await store.transaction(async (rows) => {
        const kept = await rows.counterpart();
        const newest = newerOf(kept, mark?.counterpart);
        if (parts.alone === true && newest !== undefined) refuseAlone(other);
        await checkLedger(rows);
        await verifyChain(rows, crypto, { role, key: signer.publicKey });
        const why = await behindMark(rows, mark);
        if (why !== undefined) {
          lost(why);
          return;
        }
        if ((await headOf(rows)).sequence === 0) await appendGenesis(rows, crypto, { role, key: signer.publicKey });
        if (newest !== undefined && newest !== kept) await rows.putCounterpart(newest);
      });
      if (behind === undefined) await writeHighWater(parts.mark, await store.read(highWaterOf));
    },
    async show() {
      const [head, held] = await store.read(async (rows) => [await headOf(rows), await rows.counterpart()] as const);
      const seen = held === undefined ? origin : readHead(held.head);
      const own = await signHead(signer, { role, ...head, after: confirmed, seen });
      return { key: signer.publicKey, own, held: held ?? null };
    },
    async take({ key, own, held }) {
      const mine = held === null ? undefined : await openHead(crypto, signer.publicKey, role, held);
      await store.transaction(async (rows) => {
        const kept = await rows.counterpart();
        const theirs = await openHead(crypto, parts.counterpartKey ?? kept?.key ?? key, other, own);
        if (mine !== undefined && (await isPast(rows, mine))) confirmed = mine;
        else if (mine !== undefined)
          lost(
            `the ${other} holds entry ${mine.sequence} of this ledger, signed with its key, and it is not in this database`,
          );
        const last = kept === undefined ? origin : readHead(kept.head);
        counterpart = judge(theirs, last, other);
        if (counterpart === "agreed" && theirs.sequence > last.sequence)
          await rows.putCounterpart({ key: parts.counterpartKey ?? kept?.key ?? key, ...own });
      });
    },
    holds: ({ sequence, hash }) => sameMark(confirmed, { sequence, hash }),
    trouble: () => behind,
    agreed: () => behind === undefined && (parts.alone === true || counterpart === "agreed"),
    checkOwn,
    async check() {
      checkOwn();
      await store.settle();
    },
    checkBoth() {
      checkOwn();
      if (parts.alone === true) return;
      if (counterpart === "unheard")
        fail(
          "unavailable",
          `the ${other} has not shown that its ledger extends what is known of it, since this service began`,
        );
      if (counterpart !== "agreed")
        fail("ledger_behind", counterpart.behind, { hint: `The operator of the ${other} has to say what happened.` });
    },
  };
}

/** What the other side knows of this ledger's past could else be got rid of by leaving it out. */
function refuseAlone(other: LedgerRole): never {
  fail("misconfigured", `this ledger is known to a ${other}, and the configuration names none`, {
    hint: `Name the ${other} again; a service without one begins with a database and a mark of its own.`,
  });
}

/** A longer ledger may have gone another way before it grew: it is kept when it says that it extends what is held. */
function judge(theirs: Head, last: Mark, other: LedgerRole): "unheard" | "agreed" | { readonly behind: string } {
  if (sameMark(theirs, last)) return "agreed";
  if (theirs.sequence > last.sequence)
    return last.sequence === 0 || sameMark(theirs.after, last) ? "agreed" : "unheard";
  return {
    behind: `the ${other}'s ledger was at entry ${last.sequence} and shows another past now, up to entry ${theirs.sequence}`,
  };
}

function newerOf(kept: CounterpartRow | undefined, marked: CounterpartRow | undefined): CounterpartRow | undefined {
  const at = (row: CounterpartRow | undefined) => (row === undefined ? -1 : readHead(row.head).sequence);
  return at(marked) > at(kept) ? marked : kept;
}

/** Why this ledger is not what its mark says, if so. */
async function behindMark(rows: ServiceRows, mark: HighWater | undefined): Promise<string | undefined> {
  const { sequence } = await headOf(rows);
  if (mark !== undefined)
    return (await isPast(rows, mark))
      ? undefined
      : `the mark beside the database says that this ledger had entry ${mark.sequence}; the database ends at ${sequence} or tells another past`;
  // A crash right after the first entry leaves no mark, and nothing that could be lost.
  return sequence > 1 ? `the mark beside the database is missing; the ledger has ${sequence} entries` : undefined;
}

interface MarkedStore<Rows> extends Store<Rows> {
  /** Writes the mark where it could not be written. @throws PacelineError storage_full, unavailable when it still cannot */
  settle(): Promise<void>;
}

/**
 * A store whose commits raise the mark before anyone is answered: what was committed when it could not be written is told to
 * nobody, at no later request either, until it is. @param raising whether this ledger may speak for itself
 */
function markedStore<Rows extends ServiceRows>(
  { store, crypto, mark }: AgreementParts<Rows>,
  raising: () => boolean,
): MarkedStore<Rows> {
  let highest = 0;
  let owed: HighWater | undefined;
  async function settle(): Promise<void> {
    const raised = owed;
    if (raised === undefined || !raising()) return;
    await writeHighWater(mark, raised);
    if (owed === raised) owed = undefined;
  }
  return {
    ...store,
    settle,
    async transaction(work) {
      let raised: HighWater | undefined;
      const result = await store.transaction(async (rows) => {
        let changed = false;
        const done = await work(chainedRows(rows, crypto, () => (changed = true)));
        if (changed) raised = await highWaterOf(rows);
        return done;
      });
      // Commits may end in another order than they began: the mark never goes down.
      if (raised !== undefined && raised.sequence >= highest) {
        highest = raised.sequence;
        owed = raised;
      }
      await settle();
      return result;
    },
    async read(work) {
      await settle();
      return await store.read(work);
    },
  };
}
