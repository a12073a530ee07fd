import { test } from "vitest";
import { withdrawAnywhere } from "../../aggregate/withdraw-anywhere.ts";

test("a thousand lives of a batch", async () => {
  await withdrawAnywhere(1000);
});
