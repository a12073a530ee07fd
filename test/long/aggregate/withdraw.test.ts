import { test } from "vitest";
import { withdrawAnywhere } from "../../aggregate/withdraw-anywhere.ts";

test("a thousand lives of a batch", { timeout: 600_000 }, async () => {
  await withdrawAnywhere(1000);
});
