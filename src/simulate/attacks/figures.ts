// An attack as figures: what the best test finds at each rate of false alarms, and how far it comes with more answers.
import { type Curve, curveFigure, type Figure } from "../../figures/index.ts";
import type { AttackResult } from "./attacks.ts";
import { boundsFigure, claimWords } from "./bounds.ts";
import type { JudgedLine } from "./lines.ts";

export function attackFigures(result: AttackResult): readonly Figure[] {
  return [
    boundsFigure("bounds", "What was promised, and the least there is", result.lines, result.options.confidence),
    ...rocFigure(result),
    ...progressFigure(result),
  ];
}

function rocFigure({ lines, options }: AttackResult): readonly Figure[] {
  const seen = new Set<number>();
  const told = lines.filter(({ answers, roc }) => roc !== undefined && !seen.has(answers) && seen.add(answers));
  if (told.length === 0) return [];
  const curves: readonly Curve[] = [
    ...told.map((line): Curve => ({ name: nameOf(line), points: pointsOf(line, options.runs) })),
    ...promisedCurve(told, options.runs),
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

/** The most that a pure ε lets any test find. Measured curves scatter about the exact ones: the audited bound decides. */
function promisedCurve(lines: readonly JudgedLine[], runs: number): readonly Curve[] {
  const claim = lines.find(({ claim: one }) => one.kind === "epsilon" && one.delta === 0)?.claim;
  if (claim?.kind !== "epsilon") return [];
  const grown = Math.exp(claim.epsilon);
  // Two lines that meet where as many are missed as are alarmed; a log axis wants points between.
  const falseAlarms = Array.from({ length: 40 }, (_, i) => (1 / runs) ** (1 - i / 39));
  const points = falseAlarms.map((x) => ({ x, y: Math.min(1, grown * x, 1 - (1 - x) / grown) }));
  return [{ name: `the most that ${claimWords(claim)} allows`, points }];
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
