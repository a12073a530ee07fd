// How many of a masked round's members may be corrupt and how many must stay, from the terms in its training: whole numbers only.
import { fail } from "../../base/errors.ts";
import type { GraphParameters } from "../../protocol/secagg/graph-parameters.ts";
import { checkCounts, graphOf, MEMBERS_MAX } from "../../protocol/secagg/terms.ts";
import type { MaskedSharing } from "../plan/training/masked-sharing.ts";

export interface RoundCounts {
  readonly members: number;
  /** At most so many of them are taken to collude with the coordinator. */
  readonly corrupt: number;
  /** At least so many stay to the end, or there is no sum. */
  readonly survivors: number;
  /** At most so many advertise keys and do not open their nonce. */
  readonly unopened: number;
  /** m_h: honest shares of noise in every sum. */
  readonly honest: number;
}

/** Of a round with so many members. */
export function roundCounts(
  { corrupt, dropouts }: Pick<MaskedSharing, "corrupt" | "dropouts">,
  members: number,
): RoundCounts {
  const most = (thousandths: number) => Math.floor((thousandths * members) / 1000);
  const unopened = most(dropouts);
  const counts = { members, corrupt: most(corrupt), survivors: members - unopened, unopened };
  return { ...counts, honest: counts.survivors - counts.corrupt };
}

/** Over every number of members that a round of the training may have. */
export interface Range {
  /** The fewest and the most honest shares. */
  readonly honestLeast: number;
  readonly honestMost: number;
  /** Members for each honest share, at most. */
  readonly membersPerHonest: number;
}

/** @param most members of a round: `cohort.most` @throws PacelineError manifest_refused where no honest share is sure */
export function rangeOf(sharing: MaskedSharing, most: number): Range {
  if (most < sharing.least)
    fail("manifest_refused", `a round of ${sharing.least} members at least and ${most} at most`);
  if (most > MEMBERS_MAX) fail("manifest_refused", `a round of ${most} members, ${MEMBERS_MAX} are the most`);
  let [honestLeast, honestMost, membersPerHonest] = [Number.POSITIVE_INFINITY, 0, 0];
  for (let members = sharing.least; members <= most; members++) {
    const { honest } = roundCounts(sharing, members);
    if (honest < 1) fail("manifest_refused", `of ${members} members no honest share of noise is sure`);
    honestLeast = Math.min(honestLeast, honest);
    honestMost = Math.max(honestMost, honest);
    membersPerHonest = Math.max(membersPerHonest, members / honest);
  }
  return { honestLeast, honestMost, membersPerHonest };
}

/**
 * The graph of a round of so many members, all of whom opened their nonces. The smallest round's is in the training; a larger one is
 * asked about when its roster is there, by the registrar before it signs and by each device.
 * @throws PacelineError manifest_refused where the finder has none, or two sets of survivors could be signed
 */
export function graphFor(sharing: Pick<MaskedSharing, "corrupt" | "dropouts">, members: number): GraphParameters {
  const counts = roundCounts(sharing, members);
  checkCounts(counts, members);
  return graphOf(counts, members, members);
}
