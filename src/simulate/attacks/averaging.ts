// Averaging: the same question again and again. Whoever draws noise anew each time, and charges once, gives the value away.
import { canonicalJson, type Json } from "../../base/canonical.ts";
import { fail } from "../../base/errors.ts";
import { planning } from "../../query/planner.ts";
import { claimOf, planned, rhoClaim } from "./released.ts";
import { type SetUp, setting } from "./setting.ts";
import { chosenTarget } from "./target.ts";

export const averaging: SetUp = async ({ sql, epsilon, seed, target, answers }) => {
  const one = chosenTarget(planned(sql, epsilon, setting), seed, target);
  const spelled = spellingsOf(sql);
  const questions = new Set(spelled.map((text) => questionOf(text, epsilon)));
  if (questions.size !== 1) fail("internal", "the same question in other letters is another question");
  const again = `Asked ${answers} times`;
  return {
    title: `"${one.title}", ${answers} times`,
    says: [
      `In ${spelled.length} spellings it is one question with one canonical form: one debit, one draw of noise, the same bytes for ever.`,
    ],
    released: Array.from({ length: answers }, () => one),
    lines: [
      {
        name: `${again}: the same bytes`,
        short: "the same bytes",
        says: "What was released once is sent again. Averaging it changes nothing.",
        ours: true,
        claim: claimOf(one),
        answers: 1,
      },
      {
        name: `${again}: noise drawn anew, one price`,
        short: "drawn anew, one price",
        says: "A system without memory of its answers, which states the price of one.",
        ours: false,
        claim: claimOf(one),
        answers,
      },
      {
        name: `${again}: noise drawn anew, each paid`,
        short: "drawn anew, each paid",
        says: "An honest ledger: the prices add up, to a guarantee that soon means little.",
        ours: false,
        claim: rhoClaim(one.asked.rho * BigInt(answers)),
        answers,
      },
    ],
  };
};

function spellingsOf(sql: string): readonly string[] {
  // Between quotes a space is a part of a value.
  const spaced = sql.replaceAll(/\s+(?=(?:[^']*'[^']*')*[^']*$)/g, "\n  ");
  return [sql, ` ${sql}\n`, spaced, sql.replace(/^\s*select\b/i, "select")];
}

function questionOf(sql: string, epsilon: string): string {
  return canonicalJson(planning.plan({ sql, epsilon }, setting).question as unknown as Json);
}
