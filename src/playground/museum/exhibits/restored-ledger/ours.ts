import { isPacelineError } from "../../../../base/errors.ts";
import { debit } from "../../../../release/ledger.ts";
import { newParty, openLedger } from "../../../stack/party.ts";
import type { MakeTrial } from "../../exhibit.ts";
import { drawnTimes, RESTORES } from "./draws.ts";

/** A helper that debits and answers, and whose database is then put back to the copy of before, again and again. */
export const ours: MakeTrial = async () => {
  const helper = await newParty("helper", 2);
  const older = await helper.database.copy();
  const task = new Uint8Array(32).fill(1);
  const charge = { task, rho: 1_000_000n, epochs: ["2026-W02", "2026"], mechanism: "{}" };
  await helper.store.transaction((rows) => debit(rows, charge, helper.caps, 0));
  let draws = 1;
  for (let restored = 0; restored < RESTORES; restored++) {
    const ledger = openLedger("helper", helper.signer, helper.mark, await older.copy());
    await ledger.open();
    if (!refuses(() => ledger.checkOwn())) draws += 1;
  }
  return drawnTimes(draws);
};

function refuses(check: () => void): boolean {
  try {
    check();
    return false;
  } catch (error) {
    if (isPacelineError(error) && error.code === "ledger_behind") return true;
    throw error;
  }
}
