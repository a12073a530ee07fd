// Asking and explaining: what comes is planned first, since only what can be planned has an identity.
import type { Outlook } from "../api/analyst.ts";
import type { Asked } from "../api/routes.ts";
import { toBase64Url, utf8 } from "../base/bytes.ts";
import { canonicalJson, type Json } from "../base/canonical.ts";
import type { QuestionExplanation } from "../query/planner/explain.ts";
import type { PlannedRequest, Setting } from "../query/planner.ts";
import { hashQuestion } from "../task/question-hash.ts";
import type { Books } from "./books.ts";
import { helperOf } from "./partner.ts";
import type { CoordinatorParts } from "./parts.ts";
import type { Publisher } from "./publish.ts";
import { settingOf } from "./setting.ts";

const KNOWN_MAX = 1000;

export interface Asking {
  /** @param json a draft, or SQL @throws PacelineError invalid_query, budget_exhausted, policy_refused, unavailable */
  ask(json: unknown): Promise<Asked>;
  /** Asks both services' rules too, and changes nothing. @throws PacelineError invalid_query */
  explain(json: unknown): Promise<QuestionExplanation & Outlook>;
}

export function newAsking(
  { crypto, clock, planner, terms }: CoordinatorParts,
  { publish, published, rehearse }: Publisher,
  books: Books,
): Asking {
  const hashOf = ({ question, plan }: PlannedRequest) => hashQuestion(crypto, question, plan.definitions);
  /** Requests that were planned today, by their digest → the question's hash: who asks again waits for no plan. */
  const known = new Map<string, string>();

  async function planned(key: string, json: unknown, setting: Setting) {
    const made = await planner.plan(json, setting);
    const hash = await hashOf(made);
    if (known.size >= KNOWN_MAX) known.delete(known.keys().next().value as string);
    known.set(key, hash);
    return { hash, made };
  }

  return {
    async ask(json) {
      // Before anything is planned: no other words would make it answerable.
      helperOf(terms);
      const setting = settingOf(terms, clock.now());
      // What is left out of a request is filled in from the day, too.
      const text = `${setting.defaults.today}\n${JSON.stringify(json)}`;
      const key = toBase64Url(await crypto.sha256(utf8(text)));
      const before = known.get(key);
      const standing = before === undefined ? undefined : await published(before);
      if (standing !== undefined) return standing;
      const { hash, made } = await planned(key, json, setting);
      return await publish(hash, made.plan, canonicalJson(made.question as unknown as Json));
    },
    async explain(json) {
      const { made, explanation } = await planner.explain(json, settingOf(terms, clock.now()));
      const hash = await hashOf(made);
      return { ...explanation, ...(await books.outlook(hash, made.plan, () => rehearse(hash, made.plan))) };
    },
  };
}
