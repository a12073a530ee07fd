import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readDraft } from "../../../src/learning/plan/training/draft.ts";
import { firstRound } from "../../learning/days.ts";

test("the example of docs/training.md is a training whose parts hold together", async () => {
  const page = readFileSync(new URL("../../../docs/training.md", import.meta.url), "utf8");
  const json = /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const { training, weights } = await firstRound(readDraft(JSON.parse(json)));
  expect(training).toMatchObject({ name: "steps-fall", round: { number: 1, of: 2 } });
  expect(weights).toHaveLength(2);
});
