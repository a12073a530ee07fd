// A score and its reasons in a member's words: short sentences, no coefficient, and no reason too small to matter.
import type { Reasons } from "./reasons.ts";

interface Language {
  chance(probability: number): string;
  foreseen(reasons: Reasons, amount: string): string;
  usual(amount: string): string;
  speaksFor(names: string, kind: Reasons["kind"]): string;
  speaksAgainst(names: string, kind: Reasons["kind"]): string;
  readonly nothing: string;
  readonly missing: string;
  readonly and: string;
}

const inHundred = (p: number, below: string, above: string, words: string) => {
  const rounded = Math.round(100 * p);
  if (rounded === 0) return `${below} 1 ${words}`;
  return rounded === 100 ? `${above} 99 ${words}` : `${rounded} ${words}`;
};

const languages = {
  en: {
    chance: (p) => inHundred(p, "fewer than", "more than", "in 100"),
    foreseen: ({ title, kind, output }, amount) =>
      kind === "softmax" ? `${title}: most likely ${output}, ${amount}.` : `${title}: ${amount}.`,
    usual: (amount) => `With usual figures it would be ${amount}.`,
    speaksFor: (names, kind) => (kind === "linear" ? `This raises it: ${names}.` : `This speaks for it: ${names}.`),
    speaksAgainst: (names, kind) =>
      kind === "linear" ? `This lowers it: ${names}.` : `This speaks against it: ${names}.`,
    nothing: "None of your figures stands out.",
    missing: "A figure without data counts as usual.",
    and: "and",
  },
  de: {
    chance: (p) => inHundred(p, "weniger als", "mehr als", "von 100"),
    foreseen: ({ title, kind, output }, amount) =>
      kind === "softmax" ? `${title}: am ehesten ${output}, ${amount}.` : `${title}: ${amount}.`,
    usual: (amount) => `Mit üblichen Werten wären es ${amount}.`,
    speaksFor: (names, kind) => (kind === "linear" ? `Das hebt es: ${names}.` : `Dafür spricht: ${names}.`),
    speaksAgainst: (names, kind) => (kind === "linear" ? `Das senkt es: ${names}.` : `Dagegen spricht: ${names}.`),
    nothing: "Keiner deiner Werte sticht hervor.",
    missing: "Ein Wert ohne Daten zählt wie ein üblicher.",
    and: "und",
  },
} as const satisfies Readonly<Record<string, Language>>;

/** Of the largest one: what is smaller is not named. */
const LEAST_SHARE = 0.1;
/** In units of a score: a chance of 50 in 100 moves by less than half of one. */
const LEAST = 0.02;
const NAMED = 3;

/** @param language default "en" */
export function reasonsInWords(reasons: Reasons, language: keyof typeof languages = "en"): readonly string[] {
  const words: Language = languages[language];
  const { kind, prediction, usual } = reasons;
  const amount = (value: number) => (kind === "linear" ? `${Number(value.toPrecision(3))}` : words.chance(value));
  const largest = Math.abs(reasons.reasons[0]?.contribution ?? 0);
  const least = kind === "linear" ? 0 : LEAST;
  const told = reasons.reasons.filter(({ contribution }) => {
    const part = Math.abs(contribution);
    return part > least && part >= LEAST_SHARE * largest;
  });
  const names = (sign: 1 | -1) => {
    const titles = told.filter(({ contribution }) => sign * contribution > 0).map(({ title }) => title);
    const named = titles.slice(0, NAMED);
    return named.length < 2 ? named.join("") : `${named.slice(0, -1).join("; ")} ${words.and} ${named.at(-1)}`;
  };
  const [raised, lowered] = [names(1), names(-1)];
  return [
    words.foreseen(reasons, amount(prediction)),
    words.usual(amount(usual)),
    ...(raised === "" ? [] : [words.speaksFor(raised, kind)]),
    ...(lowered === "" ? [] : [words.speaksAgainst(lowered, kind)]),
    ...(raised + lowered === "" ? [words.nothing] : []),
    words.missing,
  ];
}
