// Some bits of each file that a service starts from; test/long/cli turns all of them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { damage, newSources } from "./damaged-files.ts";

test("a wrong bit in a file, or a missing end: refused by name, without meaning, or told", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "paceline-damaged-"));
  context.onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [what, source] of Object.entries(await newSources(folder))) {
    const seen = await damage(source, what, 3, 8);
    expect(seen.tried).toBe(11);
    expect(seen.refused, what).toBeGreaterThan(0);
  }
});
