// The made-up members of this example, the same in each of its programs.
import { nodeClock } from "paceline/platform/node";
import { population } from "paceline/simulate";

/** First day after their data, in days since 1970: today. */
export const today = Math.floor(nodeClock.now() / 86_400_000);

/** @param {number} members */
export const people = (members) => population({ seed: "retention helper", lastDay: today - 1, members, weeks: 16 });
