// A masked round's end: with a release, which is written with its audit leaf before anyone hears of it, or with a reason. Either way
// everything that members sent is deleted in the same transaction.
import { fail } from "../../base/errors.ts";
import { checkMasked } from "../../learning/masked/check.ts";
import { maskedReleaseOf, valuesOfSum } from "../../learning/masked/release.ts";
import { releaseLeaf } from "../../release/leaf.ts";
import { capsOf } from "../../release/settle.ts";
import type { MaskedRow, QueryRow } from "../../release/store.ts";
import { decodeMaskedManifest } from "../../task/masked/manifest.ts";
import { encodeMaskedRelease } from "../../task/masked/release.ts";
import type { CoordinatorParts } from "../parts.ts";
import type { Live } from "./live.ts";

/** Settled or aborted before: changes nothing. @throws PacelineError verification_failed for a sum that no members make */
export async function settleMasked(parts: CoordinatorParts, row: MaskedRow, { machine, places }: Live): Promise<void> {
  const { store, crypto, clock, passing } = parts;
  const manifest = decodeMaskedManifest(row.manifest);
  const checked = checkMasked(manifest);
  const values = valuesOfSum(machine.sum(), checked.training.sharing.bits);
  passing("coordinator:masked-summed");
  const sum = { task: row.task, members: places.size, values };
  await store.transaction(async (rows) => {
    const current = await rows.maskedRound(row.task);
    if (current?.state !== "open") return;
    const debit = (await rows.eventOf(row.task, "debit")) ?? fail("internal", "a release without a debit");
    const caps = await capsOf(rows, debit.epochs);
    const release = encodeMaskedRelease(maskedReleaseOf(manifest, checked, sum, caps));
    const query: QueryRow = {
      ...{ hash: row.hash, task: row.task, state: "settled", manifest: row.manifest, envelope: row.envelope },
      ...{ opens: manifest.joining.opens, closes: row.ends, release, question: null },
      settled: Math.floor(clock.now() / 1000),
    };
    await rows.addLeaf(await releaseLeaf(crypto, { ...query, query: row.hash, release, debit }));
    await rows.putQuery(query);
    await over(rows, current, "done", null);
  });
  passing("coordinator:masked-settled");
}

/** Reveals nothing: what came in is deleted. What it cost stays spent. @returns whether it was running */
export async function abortMasked(
  { store }: Pick<CoordinatorParts, "store">,
  task: Uint8Array,
  because: string,
): Promise<boolean> {
  return await store.transaction(async (rows) => {
    const current = await rows.maskedRound(task);
    if (current?.state !== "open" && current?.state !== "joining") return false;
    await over(rows, current, "aborted", because);
    return true;
  });
}

type Rows = Parameters<Parameters<CoordinatorParts["store"]["transaction"]>[0]>[0];

async function over(rows: Rows, row: MaskedRow, state: "done" | "aborted", because: string | null): Promise<void> {
  await rows.putMaskedRound({ ...row, state, opening: null, opened: null, because });
  await rows.dropMaskedEntries(row.task);
}
