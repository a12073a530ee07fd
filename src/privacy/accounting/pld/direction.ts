// One direction of a plan: epsilon at a delta and delta at an epsilon, each bounded on one side, to a wanted width.
import { composeOn, type GridPlan, gridPlan, pointsOf, steepestLoss } from "./grid-plan.ts";
import { deltaOf, epsilonOf, type Reading, type Side } from "./profile.ts";
import {
  cutOnTheRight,
  type Outlines,
  outlinesOf,
  type Part,
  type Saddle,
  saddleForDelta,
  saddleForEpsilon,
} from "./tilt.ts";
import { lostMass } from "./tilted-sum.ts";
import { Work } from "./work.ts";

/** What is asked: the one value that is given. */
export type Question = { readonly delta: number } | { readonly epsilon: number };

export interface Direction {
  /** Sum of the largest losses. */
  readonly lossMax: number;
  /** Mass of an infinite loss in the exact composition. */
  readonly infinite: number;
  /** A grid whose bracket is about `width` wide, in epsilon or relative in delta. */
  plan(question: Question, width: number): GridPlan;
  /** A lower bound of delta that is close to it where it is close to 1, where grids see little. */
  leastDelta(epsilon: number): number;
  /** The bound on one side, on such a grid. The answer is of the other kind than the question. */
  bound(question: Question, plan: GridPlan, side: Side, work?: Work): number;
}

export function directionOf(parts: readonly Part[]): Direction {
  const outlines = outlinesOf(parts);
  const lossMax = parts.reduce((sum, { pair, count }) => sum + count * pair.lossMax, 0);
  const logFinite = parts.reduce((sum, { pair, count }) => sum + count * Math.log1p(-pair.infinite), 0);
  const infinite = 0 - Math.expm1(logFinite);
  const uses = parts.reduce((sum, { count }) => sum + count, 0);
  return {
    lossMax,
    infinite,
    plan(question, width) {
      const logDelta =
        "delta" in question ? Math.log(question.delta) : saddleForEpsilon(outlines, question.epsilon).logDelta;
      // Losses too rare for this delta would rule the tilted law and mislead the saddle.
      const { kept } = cutOnTheRight(outlines, Math.max(-690, Math.min(0, logDelta) - 16 - Math.log(uses)));
      const saddle = saddleOf(kept, question, infinite);
      // Where delta is asked its relative width is θ times that of epsilon.
      const inEpsilon = "delta" in question ? width : width / Math.max(1, saddle.theta);
      return gridPlan({ parts, outlines: kept, saddle, width: inEpsilon });
    },
    leastDelta: (epsilon) => leastDelta(parts, epsilon),
    bound(question, plan, side, work = new Work()) {
      const rare = "delta" in question ? 1 : tailBound(parts, question.epsilon / uses);
      if (rare <= lostMass) return side === "upper" ? rare : 0;
      let current = plan;
      for (let tries = 0; ; tries++) {
        const points = pointsOf(current);
        // Exponents left the doubles already where the grid was chosen.
        if (!Number.isFinite(points))
          return Math.min(fallback(question, side, "right", 0), "delta" in question ? Number.POSITIVE_INFINITY : rare);
        work.spend(points);
        const sum = composeOn(current, side);
        const reading: Reading =
          "delta" in question ? epsilonOf(sum, side, question.delta) : deltaOf(sum, side, question.epsilon);
        if (typeof reading === "number") return reading;
        if (reading === "left" && side === "upper" && "delta" in question && sum.offset <= 0) return 0;
        const hopeless = "delta" in question && question.delta <= infinite * (1 + 1e-13);
        if (tries === triesMax || hopeless || !work.allows(pointsOf(current)))
          return Math.min(
            fallback(question, side, reading, sum.offset),
            "delta" in question ? Number.POSITIVE_INFINITY : rare,
          );
        const { request, tilt } = current;
        const { caution = 1 } = request;
        // Left of the window a weaker tilt sees more. To the right it is mostly that too much wraps round.
        if (reading === "left") current = gridPlan({ ...request, theta: tilt.theta * 0.6 });
        else
          current = gridPlan({ ...request, caution: caution * 1e-6, theta: tilt.theta * (caution < 1e-9 ? 1.6 : 1) });
      }
    },
  };
}

/** 1 - delta = E[min(1, e^(ε - S))] ≤ e^(ε/2)·E[e^(-S/2)], and within any cell ∫ √(pq) ≤ √(∫p·∫q). */
function leastDelta(parts: readonly Part[], epsilon: number): number {
  let [log, error] = [epsilon / 2, 1e-12];
  for (const { pair, count } of parts) {
    const edges = pair.sketch().loss.filter((loss, i, all) => i === 0 || loss > (all[i - 1] as number));
    const { p, q, ratioError, coverError } = pair.masses(edges);
    let sum = 0;
    for (let i = 0; i < p.length; i++) sum += Math.sqrt((p[i] as number) * (q[i] as number));
    log += count * Math.log(sum);
    error += count * (ratioError + coverError + 1e-13);
  }
  return Math.max(0, 0 - Math.expm1(log + error)) * (1 - 1e-15);
}

/** Bounds delta where the losses sum to `uses` times `loss`: then one of them is above it. */
function tailBound(parts: readonly Part[], loss: number): number {
  if (!(loss > 0)) return 1;
  const least = Math.min(loss, steepestLoss - 1) * (1 - 1e-9);
  return parts.reduce((sum, { pair, count }) => {
    const { p, ratioError, coverError } = pair.masses(Float64Array.of(least));
    return sum + count * ((p[1] as number) * (1 + ratioError + coverError) + pair.infinite + 1e-300) * (1 + 1e-9);
  }, 0);
}

function saddleOf(outlines: Outlines, question: Question, infinite: number): Saddle {
  return "delta" in question
    ? saddleForDelta(outlines, Math.max(question.delta - infinite, question.delta * 1e-3))
    : saddleForEpsilon(outlines, question.epsilon);
}

/** How often another tilt is tried when the answer lies outside the window. */
const triesMax = 6;

/** What is true without any reading: a trivial bound, or the end of the window that was not passed. */
function fallback(question: Question, side: Side, reading: "left" | "right", start: number): number {
  if (!("delta" in question)) return side === "upper" ? 1 : 0;
  if (side === "lower") return 0;
  return reading === "left" ? Math.max(0, start) : Number.POSITIVE_INFINITY;
}
