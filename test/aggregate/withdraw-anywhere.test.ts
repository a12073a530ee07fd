import { test } from "vitest";
import { withdrawAnywhere } from "./withdraw-anywhere.ts";

test("taken back at any step, with failures at any other: released is the sum of those that were not taken out", async () => {
  await withdrawAnywhere(10);
});
