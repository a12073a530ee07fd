// Attacks: what Paceline releases is not crossed, what forgets or does not add up is, and a planted defect in the noise is found.
import { describe, expect, test } from "vitest";
import { auditScores } from "../../../src/privacy/index.ts";
import { play, weigh } from "../../../src/simulate/attacks/evidence.ts";
import { certainly, claimOf, planned } from "../../../src/simulate/attacks/released.ts";
import { setting } from "../../../src/simulate/attacks/setting.ts";
import { conspicuous } from "../../../src/simulate/attacks/target.ts";
import {
  type AttackJob,
  type AttackOptions,
  attackFigures,
  attackNames,
  simulateAttack,
  simulateAttackJob,
} from "../../../src/simulate/index.ts";
import { doneHere } from "../../../src/simulate/jobs.ts";
import { Random } from "../../../src/simulate/random.ts";

const options: AttackOptions = {
  ...{ attack: "membership", sql: "SELECT AVG(rhr) FROM member_week", epsilon: "0.5", target: "extreme" },
  ...{ knows: "one noise", answers: 24, runs: 1000, seed: "a", confidence: 0.99 },
};
const attack = (changes: Partial<AttackOptions>) => simulateAttack({ ...options, ...changes });

describe.each(attackNames)("%s", (name) => {
  test("promises that are kept are not crossed, at 99 % for all bounds of a result; broken ones are", async () => {
    const { lines, title, says } = await attack({
      attack: name,
      ...(name === "reconstruction" ? { answers: 200 } : {}),
    });
    expect(lines.filter(({ ours }) => ours).length).toBeGreaterThan(0);
    expect(title.length * says.length).toBeGreaterThan(0);
    for (const { crossed, ours, name: line } of lines) if (ours) expect([line, crossed]).toEqual([line, false]);
    // Of one answer there is only one way to promise.
    expect(lines.some(({ crossed }) => crossed)).toBe(name !== "membership");
    for (const { name: line, crossed } of lines)
      if (/added up|each paid/.test(line)) expect([line, crossed]).toEqual([line, false]);
  });

  test("is the same from the same seed, tells of its progress, and every figure has its table", async () => {
    const seen: number[] = [];
    const small = { ...options, attack: name, runs: 200, answers: 4 } as const;
    const one = await simulateAttack(small, (done, total) => void seen.push(done / total));
    expect(await simulateAttack(small)).toEqual(one);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(await simulateAttack({ ...small, seed: "b" })).not.toEqual(one);
    expect(seen.at(-1)).toBe(1);
    for (const { id, rows, columns, words } of attackFigures(one)) {
      expect([id, rows.length > 0, columns.length > 1, words.length > 0]).toEqual([id, true, true, true]);
      for (const { fields } of columns)
        for (const field of fields) expect(rows.every((row) => field in row)).toBe(true);
    }
  });
});

test("threads that get copies and answer in any order change no bit", async () => {
  const waits = new Random("waits");
  for (const name of attackNames) {
    const asked = { ...options, attack: name, runs: 1300, answers: 6 } as const;
    let jobs = 0;
    const threads = {
      size: 3,
      run: async (job: AttackJob) => {
        await new Promise((resolve) => setTimeout(resolve, waits.below(8)));
        jobs += 1;
        return simulateAttackJob(structuredClone(job));
      },
    };
    expect(await simulateAttack(asked, undefined, threads)).toEqual(await simulateAttack(asked));
    expect(jobs).toBeGreaterThan(5);
  }
});

test("an analyst, who knows neither noise, learns less than an aggregator, which knows its own", async () => {
  const more = { attack: "static-attribute", runs: 2000, answers: 20 } as const;
  const [analyst, aggregator] = await Promise.all([attack({ ...more, knows: "nothing" }), attack(more)]);
  const right = ({ lines }: typeof analyst) => lines.at(-1)?.right ?? Number.NaN;
  expect(right(analyst)).toBeLessThan(right(aggregator) - 0.03);
  expect(right(analyst)).toBeGreaterThan(0.6);
});

test("the ledger pays for as many as its caps, and says why it stops", async () => {
  const { lines, says } = await attack({ attack: "differencing", runs: 200, epsilon: "0.4" });
  // ρ of ε = 0.4 on a count is 0.07895: six fit into 0.5.
  expect(lines[0]?.answers).toBe(6);
  expect(says.join(" ")).toMatch(/pay for 6, then: the coordinator's ledger of the week/);
  // Where one answer is dearer than the cap, nothing is answered and nothing is told.
  const dear = await attack({ attack: "differencing", runs: 200, epsilon: "5", answers: 2 });
  expect(dear.lines[0]).toMatchObject({ answers: 0, audited: 0, crossed: false });
});

test("what is between quotes stays as it is, however a question is spelled", async () => {
  const sql = "SELECT COUNT(*) FROM member_week WHERE age_band IN ('65+', '18-24')\n GROUP  BY device_class";
  const { says } = await attack({ attack: "averaging", sql, runs: 200, answers: 2 });
  expect(says[0]).toMatch(/^In 4 spellings it is one question/);
});

test("planted: noise of a third of the scale is crossed, at the same stated price", async () => {
  const one = certainly(planned("SELECT COUNT(*) FROM member_week", "0.5", setting), conspicuous);
  const { noise } = one.plan;
  if (noise.mechanism !== "discrete-laplace") throw new Error("Laplace noise is what a pure budget buys");
  const third = { ...one, plan: { ...one.plan, noise: { ...noise, scale: "2/3" } } };
  const judge = async (released: typeof one) => {
    const game = { released: [released], after: [1], draws: 1, runs: 4000, seed: "planted" } as const;
    const played = await play(game, doneHere(weigh), () => undefined);
    return auditScores(
      claimOf(one),
      { present: played.present[0] as Float64Array, absent: played.absent[0] as Float64Array },
      { confidence: 0.99, among: 2 },
    ).crossed;
  };
  expect([await judge(one), await judge(third)]).toEqual([false, true]);
});

test("what is out of bounds is refused with what to change", async () => {
  for (const [bad, said] of [
    [{ runs: 10 }, /runs: a whole number from 200/],
    [{ runs: 100_000, answers: 1000 }, /too many/],
    [{ epsilon: "1e3" }, /ε is a decimal/],
    [{ epsilon: "0" }, /ε is a decimal/],
    [{ answers: 0 }, /answers/],
    [{ confidence: 1 }, /confidence/],
    [{ confidence: Number.NaN }, /confidence/],
    [{ attack: "toString" as never }, /the attacks are/],
    [{ knows: "all" as never }, /knows/],
    [{ target: "me" as never }, /target/],
    [{ sql: "SELECT AVG(rrh) FROM member_week" }, /did you mean rhr/],
    [{ sql: "SELECT AVG(weight) FROM member_week" }, /no synthetic member has anything to say/],
    [{ seed: "x".repeat(201) }, /seed/],
  ] as const)
    await expect(attack(bad)).rejects.toThrow(said);
});
