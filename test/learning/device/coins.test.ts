import { describe, expect, test } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import { isHeldOut, takesPart } from "../../../src/learning/device/coins.ts";
import type { EvaluationPlan } from "../../../src/learning/plan/riders.ts";

const evaluation: EvaluationPlan = { heldOut: 0.2, losses: [] };
const refused = expect.objectContaining({ code: "invalid_argument" });
const secretOf = (i: number) => utf8(`the secret of member number ${i}`);

describe("who is held out", () => {
  test("is the share that the plan states, the same in every round and apart from any other training", () => {
    const members = 6000;
    const count = (training: string) => {
      const name = utf8(training);
      return Array.from({ length: members }, (_, i) => isHeldOut(secretOf(i), name, evaluation));
    };
    const first = count("a training");
    const sd = Math.sqrt(members * 0.2 * 0.8);
    expect(Math.abs(first.filter(Boolean).length - 0.2 * members)).toBeLessThan(5 * sd);
    expect(count("a training")).toEqual(first);
    const other = count("another training");
    const both = first.filter((out, i) => out && other[i]).length;
    expect(Math.abs(both - 0.04 * members)).toBeLessThan(5 * Math.sqrt(members * 0.04 * 0.96));
  });

  test("a larger share holds out the same members and more", () => {
    const training = utf8("a training");
    for (let i = 0; i < 500; i++)
      if (isHeldOut(secretOf(i), training, evaluation))
        expect(isHeldOut(secretOf(i), training, { ...evaluation, heldOut: 0.5 })).toBe(true);
  });

  test("needs a secret worth the name", () => {
    expect(() => isHeldOut(new Uint8Array(15), utf8("t"), evaluation)).toThrow(refused);
  });
});

describe("in which rounds a device takes part", () => {
  const training = utf8("a training");

  test.each([1, 2, 5, 12])("in one of %i, at fixed distances, whatever it remembers", (separation) => {
    for (let i = 0; i < 60; i++) {
      const rounds = Array.from({ length: 60 }, (_, round) => round).filter((round) =>
        takesPart(secretOf(i), training, separation, round),
      );
      expect(rounds.length).toBe(60 / separation);
      for (const [at, round] of rounds.entries()) expect(round - (rounds[0] as number)).toBe(at * separation);
    }
  });

  test("every round has its share of the devices, and of those who are held out", () => {
    const members = 6000;
    const counts = [0, 1, 2].map((round) => {
      const here = Array.from({ length: members }, (_, i) => i).filter((i) =>
        takesPart(secretOf(i), training, 3, round),
      );
      return [here.length, here.filter((i) => isHeldOut(secretOf(i), training, evaluation)).length] as const;
    });
    expect(counts.reduce((sum, [all]) => sum + all, 0)).toBe(members);
    for (const [all, out] of counts) {
      expect(Math.abs(all - 2000)).toBeLessThan(5 * Math.sqrt(6000 / 4.5));
      expect(Math.abs(out - 400)).toBeLessThan(5 * Math.sqrt(400));
    }
  });
});
