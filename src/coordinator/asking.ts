// Asking and explaining: what comes is planned first, since only what can be planned has an identity.
import type { Outlook } from "../api/analyst.ts";
import type { Asked } from "../api/routes.ts";
import { canonicalJson, type Json } from "../base/canonical.ts";
import type { QuestionExplanation } from "../query/planner/explain.ts";
import type { PlannedRequest } from "../query/planner.ts";
import { hashQuestion } from "../query/question/hash.ts";
import type { Books } from "./books.ts";
import type { CoordinatorParts } from "./parts.ts";
import type { Publisher } from "./publish.ts";
import { settingOf } from "./setting.ts";

export interface Asking {
  /** @param json a draft, or SQL @throws PacelineError invalid_query, budget_exhausted, policy_refused, unavailable */
  ask(json: unknown): Promise<Asked>;
  /** Asks both services' rules too, and changes nothing. @throws PacelineError invalid_query */
  explain(json: unknown): Promise<QuestionExplanation & Outlook>;
}

export function newAsking(
  { crypto, clock, planner, terms }: CoordinatorParts,
  { publish, rehearse }: Publisher,
  books: Books,
): Asking {
  const hashOf = ({ question, plan }: PlannedRequest) => hashQuestion(crypto, question, plan.definitions);
  return {
    async ask(json) {
      const made = await planner.plan(json, settingOf(terms, clock.now()));
      return await publish(await hashOf(made), made.plan, canonicalJson(made.question as unknown as Json));
    },
    async explain(json) {
      const { made, explanation } = await planner.explain(json, settingOf(terms, clock.now()));
      const hash = await hashOf(made);
      return { ...explanation, ...(await books.outlook(hash, made.plan, () => rehearse(hash, made.plan))) };
    },
  };
}
