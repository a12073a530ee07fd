// The exchange of ledger heads with the helper, one at a time, so that neither side ever sees an older head after a newer.
import { call } from "../api/call.ts";
import { helperRoutes } from "../api/routes.ts";
import type { Transport } from "../ports/transport.ts";
import type { Agreement } from "../release/agreement.ts";
import type { ServiceRows } from "../release/chained.ts";
import { headsDocument, headsFrom, readHead } from "../release/heads.ts";
import type { HelperTerms } from "./terms.ts";

/** @returns an exchange that begins after it is asked for; those who ask while one runs share the next */
export function newExchange(
  agreement: Agreement<ServiceRows>,
  transport: Transport,
  helper: HelperTerms,
): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  async function exchange(): Promise<void> {
    // The first time it is not known what the helper holds; it says so, and takes what extends that.
    for (const last of [false, true]) {
      agreement.checkOwn();
      const shown = await agreement.show();
      const body = headsDocument(shown);
      const answer = await call({ transport, url: helper.url, token: helper.token }, helperRoutes.heads, { body });
      await agreement.take(headsFrom(answer));
      if (last || agreement.holds(readHead(shown.own.head))) break;
    }
    agreement.checkBoth();
  }

  return function agree(): Promise<void> {
    if (running === undefined) {
      running = exchange().finally(() => {
        running = undefined;
      });
      return running;
    }
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return agree();
      });
    return next;
  };
}
