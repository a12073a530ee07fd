import { test } from "vitest";
import { withdrawAnywhere } from "../../aggregate/withdraw-anywhere.ts";

test("a thousand lives of a batch", async () => {
  // Most of a life is a leader's pause before it asks a busy helper again, so that many may live at once.
  await Promise.all(Array.from({ length: 20 }, () => withdrawAnywhere(50)));
});
