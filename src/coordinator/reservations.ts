// A reservation that no device could see is released at both services, the helper first: only once it has closed the task
// for ever, so that no late message can make it sign, is the debit released here.
import { call } from "../api/call.ts";
import { helperRoutes } from "../api/routes.ts";
import { toBase64Url } from "../base/bytes.ts";
import { releaseDebit } from "../release/ledger.ts";
import type { QueryRow } from "../release/store.ts";
import { helperOf } from "./partner.ts";
import type { CoordinatorParts } from "./parts.ts";

/** @throws PacelineError unavailable while the helper does not answer: nothing is released then */
export async function releaseReservation(parts: CoordinatorParts, { hash, task }: QueryRow): Promise<void> {
  const { store, clock, transport, terms, passing } = parts;
  const { url, token } = helperOf(terms);
  passing("coordinator:refused");
  await call({ transport, url, token }, helperRoutes.release, { body: { task: toBase64Url(task) } });
  passing("coordinator:helper-released");
  await store.transaction(async (rows) => {
    if ((await rows.query(hash))?.state !== "reserved") return;
    await rows.dropQuery(hash);
    await releaseDebit(rows, task, clock.now());
  });
  passing("coordinator:released");
}
