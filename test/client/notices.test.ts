// Notices in both languages: they say what a report would hold, in words that most people can read, and need no network.
import { describe, expect, test } from "vitest";
import { maskedSentences } from "../../src/client/masked/notices.ts";
import { german, germanNames } from "../../src/client/notices/de.ts";
import { english } from "../../src/client/notices/en.ts";
import { epsilonOf } from "../../src/client/notices/notice.ts";
import { sentencesOf } from "../../src/client/notices/notices.ts";
import type { Words } from "../../src/client/notices/words.ts";
import { checkMasked } from "../../src/learning/masked/check.ts";
import { roundCounts } from "../../src/learning/masked/counts.ts";
import { baseAttributes, baseMetrics } from "../../src/task/metrics.ts";
import { newCluster } from "../support/cluster.ts";
import { makeMaskedRound, maskedDraft, newRegistrarKey } from "../support/masked.ts";
import { manifestOf, productManifest, smallQuestion, vectorManifest } from "../support/questions.ts";
import { newRound } from "../support/rounds.ts";
import { device } from "./harness.ts";

const training = () => ({
  ...vectorManifest(),
  source: {
    kind: "model-update" as const,
    training: "{}",
    metrics: ["visits", "steps"],
  },
});
const grouped = () => manifestOf({ ...smallQuestion, groupBy: [{ attribute: "ageBand", values: ["18-24", "25-34"] }] });
const tasks = { statistic: grouped(), product: productManifest(), training: training() };

const wordsOf = (text: string) => text.match(/\p{L}[\p{L}'-]*/gu) ?? [];
const sentences = (text: string) => Math.max(1, (text.match(/[.:!?](\s|$)/g) ?? []).length);

/** Flesch-Kincaid grade: years of school in English. Syllables by groups of vowels, a silent e at the end left out. */
function englishGrade(text: string): number {
  const words = wordsOf(text.toLowerCase());
  const syllables = words.reduce(
    (sum, word) => sum + Math.max(1, (word.replace(/e$/, "").match(/[aeiouy]+/g) ?? []).length),
    0,
  );
  return 0.39 * (words.length / sentences(text)) + 11.8 * (syllables / words.length) - 15.59;
}

/** Wiener Sachtextformel 1 (Bamberger and Vanecek 1984): years of school in German. */
function germanGrade(text: string): number {
  const words = wordsOf(text.toLowerCase());
  const share = (test: (word: string) => boolean) => (100 * words.filter(test).length) / words.length;
  const syllables = (word: string) => (word.match(/[aeiouyäöü]+/g) ?? []).length;
  const long = share((word) => syllables(word) >= 3);
  const big = share((word) => word.length > 6);
  const small = share((word) => syllables(word) === 1);
  return 0.1935 * long + 0.1672 * (words.length / sentences(text)) + 0.1297 * big - 0.0327 * small - 0.875;
}

test("the measures themselves tell easy from hard", () => {
  expect(englishGrade("The cat sat on the mat. It was warm.")).toBeLessThan(2);
  expect(
    englishGrade("Notwithstanding contractual obligations, participation necessitates comprehensive deliberation."),
  ).toBeGreaterThan(12);
  expect(germanGrade("Die Katze sitzt auf dem Dach. Es ist warm.")).toBeLessThan(4);
  expect(
    germanGrade("Datenschutzrechtliche Verantwortlichkeiten erfordern umfangreiche Verfahrensdokumentationen."),
  ).toBeGreaterThan(12);
});

const inWords = (manifest: ReturnType<typeof manifestOf>) => (words: Words) => sentencesOf(manifest, words);
const masked = (await makeMaskedRound(maskedDraft(), newRegistrarKey())).manifest;
const asked: readonly (readonly [string, (words: Words) => readonly string[]])[] = [
  ...Object.entries(tasks).map(([name, manifest]) => [name, inWords(manifest)] as const),
  ["masked round", (words) => maskedSentences(masked, words, { rhoPerEpoch: 3_000_000_000n })],
  ["masked round of ten", (words) => maskedSentences(masked, words, { rhoPerEpoch: 1n, members: 10 })],
];

describe.each(asked)("%s", (_, says) => {
  test("is said in English that eight years of school are enough for", () => {
    const said = says(english).join(" ");
    expect(englishGrade(said), said).toBeLessThanOrEqual(8);
  });

  test("and in German that eight are enough for", () => {
    const said = says(german).join(" ");
    expect(germanGrade(said), said).toBeLessThanOrEqual(8);
  });
});

describe("a masked round", () => {
  const { training, range } = checkMasked(masked);
  const rho = BigInt(masked.rho);
  const said = (words: Words, members?: number) =>
    maskedSentences(masked, words, { rhoPerEpoch: 3n * 10n ** 9n, members }).join("\n");

  test("is said with its own numbers: who is in the sum, who may cheat, what is left then, and what it costs", () => {
    for (const words of [english, german])
      for (const members of [undefined, 10, 16]) {
        const counts = roundCounts(training.sharing, members ?? training.sharing.least);
        const honest = members === undefined ? range.honestMost : counts.honest;
        const text = said(words, members);
        expect(text).toContain(words.masked.hidden(counts.survivors));
        expect(text).toContain(`${counts.corrupt} ${words === english ? "of" : "von"} ${counts.members}`);
        // ε alone is that of so many times the ρ.
        expect(text).toContain(String(epsilonOf(rho * BigInt(honest))));
        expect(text).toContain(words.loss(epsilonOf(rho)));
        expect(text).toContain("coordinator.test");
        expect(text).toContain("registrar.test");
        // 0.03 of 3.
        expect(text).toContain("1 %");
      }
    expect(epsilonOf(rho * BigInt(range.honestMost))).toBeGreaterThan(2 * epsilonOf(rho));
  });

  test("never says what holds for two aggregators alone", () => {
    expect(said(english)).not.toMatch(/split|sealed|Nobody can read/);
    expect(said(german)).not.toMatch(/geteilt|versiegelt|Niemand kann sie lesen/);
  });
});

test("what is asked is said in full, in both languages", () => {
  const said = (manifest: ReturnType<typeof manifestOf>) =>
    [english, german].map((words) => sentencesOf(manifest, words).join("\n"));
  const [en = "", de = ""] = said(grouped());
  for (const part of ["resting heart rate", "age band", "ranges", "at any time", "at least"])
    expect(en).toContain(part);
  for (const part of ["Ruhepuls", "Altersgruppe", "Bereichen", "jederzeit", "mindestens"]) expect(de).toContain(part);
  const [model = ""] = said(training());
  expect(model).toContain("gym visits");
  expect(model).toContain("steps");
});

test("every metric and attribute of the registry has a German name, and no name is of nothing", () => {
  const ids = [...baseMetrics, ...baseAttributes].map(({ id }) => id);
  expect(Object.keys(germanNames).sort()).toEqual([...ids].sort());
});

test("notices() tells what waits, and what does not wait any more is not asked", async () => {
  const cluster = newCluster();
  await newRound(cluster);
  const { client, clock, wire } = device(cluster, undefined, { schedule: "spread" });
  expect(await client.notices()).toEqual([]);
  await client.consent.grant("service-improvement");
  const [waiting] = await client.sync();
  expect(waiting).toMatchObject({ outcome: "waiting" });
  const before = wire.sent.length;
  const [notice] = await client.notices();
  expect(notice).toMatchObject({ purpose: "service-improvement", rho: expect.closeTo(0.5, 0) });
  expect(notice?.says.join(" ")).toContain("resting heart rate");
  const [deutsch] = await client.notices("de");
  expect(deutsch?.says.join(" ")).toContain("Ruhepuls");
  await expect(client.notices("fr" as never)).rejects.toMatchObject({ code: "invalid_argument" });
  expect(wire.sent.length).toBe(before);
  clock.at = notice?.closesAt as number;
  expect(await client.notices()).toEqual([]);
});
