// What must hold of any document the demo prints.
import { expect } from "vitest";
import type { DemoDocument, DemoRelease } from "../../../src/cli/demo/document.ts";

/** Public ranges of the demo's statistics, from the edges of its questions. */
const ranges: readonly (readonly [RegExp, number, number])[] = [
  [/heart rate/, 35, 110],
  [/steps/, 0, 30_000],
  [/sleep/, 0, 840],
  [/guideline/, 0, 1],
];

export function expectWhole(document: DemoDocument): void {
  const { members, consented, reports, releases, training, ledger, attacks, canary } = document;
  expect(consented).toBeLessThan(members);
  expect(reports.uploaded).toBe(reports.accepted + reports.rejected);
  expect(reports.rejected).toBe(2);
  expect(reports.null).toBeLessThanOrEqual(reports.accepted);
  for (const release of releases) expectRelease(release);
  const asked = releases.reduce((sum, { privacy }) => sum + privacy.rho, 0);
  expect(ledger.spent).toBeCloseTo(asked + (training?.rho ?? 0), 6);
  expect(ledger.spent).toBeLessThanOrEqual(ledger.cap);
  expect(attacks).toHaveLength(6);
  expect(new Set(attacks.map(({ name }) => name)).size).toBe(6);
  for (const { refusedBy, code } of attacks) {
    expect(refusedBy).not.toBe("");
    expect(code).toMatch(/^[a-z_]+$/);
  }
  expect(canary.hits).toBe(0);
  expect(canary.bytes).toBeGreaterThan(1_000_000);
  expect(canary.values).toBeGreaterThan(members);
}

function expectRelease({ question, cells, privacy }: DemoRelease): void {
  const [, least, most] = ranges.find(([words]) => words.test(question)) ?? [undefined, Number.NaN, Number.NaN];
  expect(cells.length).toBeGreaterThan(0);
  for (const { key, group, meaning, estimate, interval95, privacyInterval95, privacyNoiseSd, truth } of cells) {
    expect(key).toContain(group ?? "all");
    expect([meaning.title, meaning.unit]).not.toContain("");
    // Nothing is stated about nobody: of a group there is a truth for each number, or for none.
    for (const other of cells) if (other.group === group) expect(other.truth === null, key).toBe(truth === null);
    if (truth === null) continue;
    expect(truth).toBeGreaterThanOrEqual(least);
    expect(truth).toBeLessThanOrEqual(most);
    expect(privacyNoiseSd).toBeGreaterThan(0);
    for (const [low, high] of [interval95, privacyInterval95]) {
      expect(low).toBeLessThanOrEqual(estimate);
      expect(high).toBeGreaterThanOrEqual(estimate);
    }
  }
  expect(privacy).toMatchObject({ epsilon: 0.4, delta: 0, unit: "member", trustMode: "two-aggregators" });
  expect(privacy.mechanism).not.toBe("");
  expect(privacy.neighbouring).not.toBe("");
}
