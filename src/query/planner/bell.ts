// Whom a plan expects where nobody says: members who lie in a bell over each measure's public range.
import { normalCdf } from "../../privacy/numeric/normal.ts";

/** Standard deviation of the assumed bell, as a share of the measure's public range; its centre is the range's middle. */
export const ASSUMED_SD = 1 / 8;

/** Shares of a normal law over the bins, with its tails in the outer ones. @param centre as a share of the range */
export function bell(edges: readonly number[], centre = 0.5): number[] {
  const [low, high] = [edges[0] as number, edges.at(-1) as number];
  const [middle, sd] = [low + (high - low) * centre, (high - low) * ASSUMED_SD];
  const below = edges.map((edge, i) => (i === 0 ? 0 : i === edges.length - 1 ? 1 : normalCdf((edge - middle) / sd)));
  return below.slice(1).map((share, i) => share - (below[i] as number));
}
