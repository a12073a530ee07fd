// The privacy filter for zCDP: costs may be chosen adaptively, the cap may not. As long as the sum of rho stays at or
// below a cap fixed in advance, all answers together satisfy cap-zCDP (Feldman and Zrnic 2021; Whitehouse et al. 2023).
import { fail } from "../../base/errors.ts";
import { addNanoRho, type NanoRho, nanoRho } from "./nano-rho.ts";

/** `spent` is what to book; `short` is by how much the cap is missed. */
export type Charge = { readonly ok: true; readonly spent: NanoRho } | { readonly ok: false; readonly short: NanoRho };

/**
 * Whether `cost` still fits. Pure: the ledger stores the result within the transaction that read `spent`.
 * @throws PacelineError internal when `spent` is above `cap` already: the ledger is broken, nothing may be answered.
 */
export function tryCharge(spent: NanoRho, cap: NanoRho, cost: NanoRho): Charge {
  if (spent > cap) fail("internal", "a ledger row has more spent than its cap allows");
  const total = addNanoRho(spent, cost);
  return total <= cap ? { ok: true, spent: total } : { ok: false, short: nanoRho(total - cap) };
}
