// Promises and audited bounds as one figure: each bar is a share of what is promised, and red beyond all of it.
import type { Figure, StripMark } from "../../figures/index.ts";
import { type Claim, claimedOf } from "../../privacy/auditing/claim.ts";

export interface Bounded {
  readonly name: string;
  /** Of a line of the figure, where the name is long. */
  readonly short?: string;
  readonly claim: Claim;
  /** The least there is. */
  readonly audited: number;
  readonly crossed: boolean;
  /** What there is, where it can be computed. */
  readonly exact?: number | undefined;
}

const SYMBOLS: Readonly<Record<Claim["kind"], string>> = { epsilon: "ε", rho: "ρ", renyi: "Rényi" };
/** Beyond so many times what is promised it no longer matters how many. */
const SHARE_MAX = 4;

const said = (value: number) =>
  Number.isFinite(value) ? value.toLocaleString("en-US", { maximumSignificantDigits: 3 }) : "∞";

/** "ε = 0.5 at δ = 1e-6". @param value another than is claimed, of the same kind */
export function claimWords(claim: Claim, value = claimedOf(claim), sign = "="): string {
  const order = claim.kind === "renyi" ? ` of order ${claim.order}` : "";
  const delta = claim.kind === "epsilon" && claim.delta > 0 ? ` at δ = ${claim.delta}` : "";
  return `${SYMBOLS[claim.kind]}${order} ${sign} ${said(value)}${delta}`;
}

export function boundsFigure(id: string, title: string, bounded: readonly Bounded[], confidence: number): Figure {
  const shareOf = (claim: Claim, value: number) =>
    claimedOf(claim) > 0 ? value / claimedOf(claim) : value > 0 ? Number.POSITIVE_INFINITY : 0;
  const rows = bounded.map(({ name, short, claim, audited, crossed, exact }) => ({
    label: short ?? name,
    name,
    claimed: claimedOf(claim),
    kind: SYMBOLS[claim.kind],
    audited,
    exact: exact ?? null,
    share: shareOf(claim, audited),
    exactShare: exact === undefined ? null : shareOf(claim, exact),
    whole: 1,
    verdict: crossed ? "refuted" : "not refuted",
    tone: crossed ? "bad" : "strong",
    reading: `${SYMBOLS[claim.kind]} ≥ ${said(audited)} of ${said(claimedOf(claim))}`,
  }));
  const shares = rows.flatMap(({ share, exactShare }) => [share, exactShare ?? 0]);
  const most = Math.min(SHARE_MAX, Math.max(1.25, ...shares));
  const format = { kind: "significant", digits: 4 } as const;
  const known = rows.some(({ exact }) => exact !== null);
  const marks: readonly StripMark[] = [
    { mark: "bar", to: "share", tone: "tone", means: "audited: at least so much, red where the promise is refuted" },
    { mark: "truth", at: "whole", means: "promised" },
    ...(known ? [{ mark: "dot", at: "exactShare", means: "what there is, computed" } as const] : []),
  ];
  return {
    id,
    title,
    words: rows.map(({ name, reading, verdict }) => `${name}: ${reading} promised, ${verdict}.`).join(" "),
    rows,
    caption: `${title}: bounds that hold together with ${Number((100 * confidence).toPrecision(6))} % confidence`,
    columns: [
      { title: "Promise", fields: ["name"], format: { kind: "words" } },
      { title: "Of", fields: ["kind"], format: { kind: "words" } },
      { title: "Promised", fields: ["claimed"], format },
      { title: "At least", fields: ["audited"], format },
      ...(known ? [{ title: "Computed", fields: ["exact"] as const, format }] : []),
      { title: "Verdict", fields: ["verdict"], format: { kind: "words" } },
    ],
    chart: {
      kind: "strips",
      label: "label",
      reading: "reading",
      axis: { title: "as a share of what is promised", scale: "linear", low: 0, high: most },
      marks,
    },
  };
}
