// An attack as figures: what the best test finds at each rate of false alarms, and how far it comes with more answers.
import { type Curve, curveFigure, type Figure } from "../../figures/index.ts";
import { type Claim, claimedOf } from "../../privacy/auditing/claim.ts";
import type { AttackResult } from "./attacks.ts";
import type { JudgedLine } from "./lines.ts";

export function attackFigures(result: AttackResult): readonly Figure[] {
  return [boundsFigure(result), ...rocFigure(result), ...progressFigure(result)];
}

const SYMBOLS: Readonly<Record<Claim["kind"], string>> = { epsilon: "ε", rho: "ρ", renyi: "Rényi divergence" };
const said = (value: number) => value.toLocaleString("en-US", { maximumSignificantDigits: 3 });

export const claimWords = (claim: Claim): string =>
  `${SYMBOLS[claim.kind]}${claim.kind === "renyi" ? ` of order ${claim.order}` : ""} = ${said(claimedOf(claim))}${claim.kind === "epsilon" && claim.delta > 0 ? ` at δ = ${claim.delta}` : ""}`;

/** Claimed and audited, as a share of what is claimed: beyond 1 a claim is refuted. */
function boundsFigure({ lines, options }: AttackResult): Figure {
  const rows = lines.map(({ name, claim, audited, crossed }) => ({
    label: name,
    claimed: claimedOf(claim),
    audited: Number.isFinite(audited) ? audited : null,
    share: claimedOf(claim) === 0 ? null : audited / claimedOf(claim),
    verdict: crossed ? "refuted" : "not refuted",
    tone: crossed ? "" : "soft",
    reading: `${SYMBOLS[claim.kind]} ≥ ${said(audited)} of ${said(claimedOf(claim))}${crossed ? ": refuted" : ""}`,
  }));
  const most = Math.max(1.25, ...rows.map(({ share }) => (share === null ? 0 : Math.min(share, 8))));
  const format = { kind: "significant", digits: 4 } as const;
  return {
    id: "bounds",
    title: "What was promised, and the least there is",
    words: rows.map(({ label, reading }) => `${label}: ${reading}.`).join(" "),
    rows,
    caption: `Audited bounds, confidence ${100 * options.confidence} % for all together`,
    columns: [
      { title: "Promise", fields: ["label"], format: { kind: "words" } },
      { title: "Promised", fields: ["claimed"], format },
      { title: "At least", fields: ["audited"], format },
      { title: "Share", fields: ["share"], format },
      { title: "Verdict", fields: ["verdict"], format: { kind: "words" } },
    ],
    chart: {
      kind: "strips",
      label: "label",
      reading: "reading",
      axis: {
        title: "audited bound over what is promised: beyond 1 the promise is refuted",
        scale: "linear",
        low: 0,
        high: most,
      },
      marks: [{ mark: "bar", to: "share", tone: "tone", means: "audited bound" }],
    },
  };
}

function rocFigure({ lines, options }: AttackResult): readonly Figure[] {
  const seen = new Set<number>();
  const told = lines.filter(({ answers, roc }) => roc !== undefined && !seen.has(answers) && seen.add(answers));
  if (told.length === 0) return [];
  const curves: readonly Curve[] = [
    ...told.map((line): Curve => ({ name: nameOf(line), points: pointsOf(line, options.runs) })),
    { name: "a coin", points: [1 / options.runs, 1].map((x) => ({ x, y: x })) },
  ];
  return [
    curveFigure(
      {
        id: "roc",
        title: "Whom the best test finds, at each rate of false alarms",
        x: { title: "absent taken for present", scale: "log" },
        y: { title: "present who are found", scale: "log" },
        each: "Seen",
      },
      curves,
    ),
  ];
}

const nameOf = ({ answers }: JudgedLine) => `${answers} ${answers === 1 ? "answer" : "answers"}`;
/** Down to one false alarm: where scores are alike, a coin goes on from the lowest bar to nobody. */
function pointsOf({ roc = [] }: JudgedLine, runs: number): Curve["points"] {
  const points = roc.filter(({ found }) => found > 0).map(({ falseAlarms: x, found: y }) => ({ x, y }));
  const [first] = points;
  return first === undefined || first.x <= 1 / runs
    ? points
    : [{ x: 1 / runs, y: first.y / first.x / runs }, ...points];
}

function progressFigure({ curves, measure }: AttackResult): readonly Figure[] {
  if (curves.length === 0) return [];
  return [
    curveFigure(
      {
        id: "progress",
        title: "With more answers",
        x: { title: "answers", scale: "log" },
        y: { title: measure, scale: "linear", free: true },
        each: "Seen",
      },
      curves,
    ),
  ];
}
