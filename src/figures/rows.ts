// Figures of shares and amounts, one row each: budgets, accuracies, reasons, what a device sent.
import type { Column, Figure, Format, Row, Tone } from "./figure.ts";
import { bytes, inRho, percent, shown, significant } from "./numbers.ts";

export interface Budgeted {
  /** An ISO week or a year. */
  readonly epoch: string;
  /** In ρ. */
  readonly cap: number;
  readonly spent: number;
}

const WORDS = { kind: "words" } as const;
const RHO = { kind: "significant" } as const;
const SHARE = { title: "share", scale: "linear", low: 0, high: 1 } as const;

/** What is spent of what may be spent, epoch by epoch. */
export function budgetFigure(id: string, title: string, epochs: readonly Budgeted[]): Figure {
  const rows = epochs.map(({ epoch, cap, spent }) => ({
    ...{ epoch, cap, spent },
    left: Math.max(0, cap - spent),
    share: shareOf({ cap, spent }),
    reading: `${significant(spent)} of ${inRho(cap)}`,
  }));
  return {
    id,
    title,
    words: rows.map(({ epoch, reading }) => `${epoch}: ${reading}.`).join(" "),
    rows,
    caption: `${title}, in ρ`,
    columns: [
      { title: "Week or year", fields: ["epoch"], format: WORDS },
      { title: "Spent", fields: ["spent"], format: RHO },
      { title: "Cap", fields: ["cap"], format: RHO },
      { title: "Left", fields: ["left"], format: RHO },
      { title: "Share", fields: ["share"], format: { kind: "percent", decimals: 0 } },
    ],
    chart: {
      kind: "strips",
      label: "epoch",
      reading: "reading",
      axis: SHARE,
      bare: true,
      marks: [{ mark: "bar", to: "share", means: "spent of the cap" }],
    },
  };
}

/** An epoch without a cap has no share to show. */
export function shareOf({ cap, spent }: Pick<Budgeted, "cap" | "spent">): number {
  return cap > 0 ? spent / cap : 0;
}

export interface Share {
  readonly label: string;
  readonly share: number;
  readonly tone?: Tone;
  /** What stands beside it in the table. */
  readonly beside?: Row;
}

/** @param beside columns of `Share.beside` */
export function shareFigure(
  {
    id,
    title,
    each,
    name,
  }: { readonly id: string; readonly title: string; readonly each: string; readonly name: string },
  shares: readonly Share[],
  beside: readonly Column[] = [],
): Figure {
  const format: Format = { kind: "percent", decimals: 1 };
  const rows = shares.map(({ label, share, tone = "strong", beside: more }) => ({
    ...more,
    ...{ label, share, tone },
    reading: percent(share, 1),
  }));
  return {
    id,
    title,
    words: rows.map(({ label, reading }) => `${label}: ${reading}.`).join(" "),
    rows,
    caption: title,
    columns: [{ title: each, fields: ["label"], format: WORDS }, { title: name, fields: ["share"], format }, ...beside],
    chart: {
      kind: "strips",
      label: "label",
      reading: "reading",
      axis: SHARE,
      bare: true,
      marks: [{ mark: "bar", to: "share", tone: "tone", means: name }],
    },
  };
}

/** Amounts to the left and right of 0, the largest first. */
export function effectFigure(
  {
    id,
    title,
    unit,
    ends,
  }: { readonly id: string; readonly title: string; readonly unit: string; readonly ends: readonly [string, string] },
  effects: readonly { readonly label: string; readonly amount: number }[],
): Figure {
  const format: Format = { kind: "signed", decimals: 2 };
  const sorted = effects.toSorted((a, b) => Math.abs(b.amount) - Math.abs(a.amount));
  const finite = sorted.map(({ amount }) => Math.abs(amount)).filter(Number.isFinite);
  const most = Math.max(...finite, 1e-12);
  const rows = sorted.map(({ label, amount }) => ({ label, amount, reading: shown(format, amount) }));
  return {
    id,
    title,
    words: rows.map(({ label, reading }) => `${label}: ${reading}.`).join(" "),
    rows,
    caption: `${title}, in ${unit}`,
    columns: [
      { title: "Reason", fields: ["label"], format: WORDS },
      { title: "Contribution", fields: ["amount"], format },
    ],
    chart: {
      kind: "strips",
      label: "label",
      reading: "reading",
      axis: { title: unit, scale: "linear", low: -most, high: most },
      ends,
      bare: true,
      marks: [{ mark: "bar", to: "amount", means: "contribution" }],
    },
  };
}

export interface Sent {
  /** When, in words. */
  readonly at: string;
  readonly what: string;
  readonly question: string;
  /** Host or address. */
  readonly to: string;
  readonly bytes: number;
  readonly rho: number;
}

/** A member's log: every message that left a device, the first first. */
export function logFigure(id: string, title: string, log: readonly Sent[]): Figure {
  const rows = log.map(({ at, what, question, to, bytes: size, rho }) => ({
    ...{ at, what, question, to, size, rho },
    reading: `${bytes(size)}, ${inRho(rho)}`,
  }));
  const total = log.reduce((sum, entry) => sum + entry.bytes, 0);
  return {
    id,
    title,
    words: `${rows.length} messages, ${bytes(total)} in all. ${rows.map(({ at, what, reading }) => `${at}, ${what}: ${reading}.`).join(" ")}`,
    rows,
    caption: title,
    columns: [
      { title: "When", fields: ["at"], format: WORDS },
      { title: "What", fields: ["what"], format: WORDS },
      { title: "For", fields: ["question"], format: WORDS },
      { title: "To", fields: ["to"], format: WORDS },
      { title: "Size", fields: ["size"], format: { kind: "bytes" } },
      { title: "Privacy cost (ρ)", fields: ["rho"], format: RHO },
    ],
    chart: {
      kind: "strips",
      label: "what",
      reading: "reading",
      axis: { title: "bytes", scale: "linear", low: 0, high: Math.max(1, ...log.map((entry) => entry.bytes)) },
      bare: true,
      marks: [{ mark: "bar", to: "size", means: "bytes" }],
    },
  };
}
