// Thousands of bits of every small file that a service starts from, and ends at a hundred lengths. PACELINE_BITS says how many bits of
// each (2000 when it is not set), PACELINE_SEED draws the same again.
import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { damage, newSources } from "../../cli/damaged-files.ts";

const bits = Number(process.env.PACELINE_BITS ?? 2000);
const seed = process.env.PACELINE_SEED ?? String(randomInt(2 ** 32));

test("wrong bits: refused by name, without meaning, or told", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "paceline-damaged-"));
  context.onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [what, source] of Object.entries(await newSources(folder))) {
    const seen = await damage(source, `${seed} ${what}`, 100, bits);
    process.stderr.write(`seed ${seed}, ${what}: ${JSON.stringify(seen)}\n`);
    expect(seen.refused + seen.meaningless + seen.told).toBe(seen.tried);
  }
});
