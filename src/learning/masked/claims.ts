// What is promised of a masked round, in words, and no more than that: the same sentence in the notice, the release and the CLI.

import type { MaskedSharing } from "../plan/training/masked-sharing.ts";
import { roundCounts } from "./counts.ts";

const percent = (thousandths: number) => `${thousandths / 10} %`;

/** "Private against …", of a round with so many members. */
export function claimsOf(sharing: MaskedSharing, members: number): string {
  const { honest, corrupt } = roundCounts(sharing, members);
  return (
    `Private against a coordinator that colludes with ${percent(sharing.corrupt)} of a cohort it did not choose, ` +
    `of ${members} members ${corrupt}, as long as the registrar at ${sharing.registrar.url}, who says who is in it, is not the coordinator's. ` +
    `Of ${members} members, the noise of ${honest} is sure to be in every sum; a member isolated by Sybils faces ${honest} times the ρ.`
  );
}

/** What stands in for the second aggregator, for a member to read. */
export function maskedNotice(sharing: MaskedSharing): string {
  const { least } = sharing;
  return (
    `Devices that take part hide their changes from each other and from the one service that adds them up; it learns only the sum of ${least} devices or more, ` +
    `${least - roundCounts(sharing, least).survivors} of whom at most may leave before the end. Each device adds a share of the random noise. ` +
    claimsOf(sharing, least)
  );
}
