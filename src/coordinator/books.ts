// Both services' budgets as analysts read them, and what one more question would do to them.
import type { Budgets, Outlook } from "../api/analyst.ts";
import { call } from "../api/call.ts";
import { helperRoutes, type LedgerView } from "../api/routes.ts";
import { toBase64Url } from "../base/bytes.ts";
import { isPacelineError } from "../base/errors.ts";
import { ledgerDocument } from "../release/view.ts";
import type { PlannedTask } from "../task/manifest.ts";
import { budgetOf } from "./budget.ts";
import { outlookOf } from "./outlook.ts";
import type { CoordinatorParts } from "./parts.ts";
import type { Rehearsed } from "./publish.ts";

export interface Books {
  budgets(): Promise<Budgets>;
  /** @param rehearse asks every rule of both services */
  outlook(hash: string, plan: PlannedTask, rehearse: () => Promise<Rehearsed>): Promise<Outlook>;
}

export function newBooks({ store, clock, transport, terms }: CoordinatorParts): Books {
  const caps = { week: terms.epochCap, year: terms.yearCap };
  const own = () => store.read((rows) => ledgerDocument(rows));

  async function helpers(): Promise<LedgerView | undefined> {
    if (terms.helper === undefined) return undefined;
    const { url, token } = terms.helper;
    try {
      return await call({ transport, url, token }, helperRoutes.ledger);
    } catch (error) {
      if (isPacelineError(error)) return undefined;
      throw error;
    }
  }

  return {
    async budgets() {
      const [ledger, other] = await Promise.all([own(), helpers()]);
      const now = clock.now();
      return {
        trustMode: terms.helper === undefined ? "one-coordinator" : "two-aggregators",
        coordinator: budgetOf(ledger, now, terms.uploadSeconds, caps),
        helper: other === undefined ? null : budgetOf(other, now, terms.uploadSeconds),
      };
    },
    async outlook(hash, plan, rehearse) {
      const [ledger, helper, row] = await Promise.all([own(), helpers(), store.read((rows) => rows.query(hash))]);
      const asked = row === undefined || row.state === "reserved" ? null : row;
      const opens = asked?.opens ?? Math.floor(clock.now() / 1000);
      return await outlookOf({
        plan,
        asked: asked === null ? null : { task: toBase64Url(asked.task), state: asked.state },
        ledger,
        caps,
        helper,
        unit: terms.unit ?? "installation",
        upload: { opens, closes: asked?.closes ?? opens + Math.max(1, terms.uploadSeconds) },
        rehearse,
      });
    },
  };
}
