// What the room's address says.
import { numberIn } from "../parts/numbers.ts";
import { fieldsOf } from "../shell/state.ts";
import { defaults } from "./defaults.ts";

export const fields = () => fieldsOf("accuracy", defaults);
export type AccuracyFields = ReturnType<typeof fields>;

export const MEMBERS_MAX = 1e7;
/** Of a field that holds no such number: NaN, which is refused by who is asked. */
export const membersOf = ({ members }: Pick<AccuracyFields, "members">): number =>
  numberIn(members.value, 1, MEMBERS_MAX) ?? Number.NaN;

export const EPSILON_SCALE = [
  "0.05",
  "0.1",
  "0.15",
  "0.2",
  "0.3",
  "0.4",
  "0.5",
  "0.7",
  "1",
  "1.5",
  "2",
  "3",
  "4",
  "5",
  "7",
  "10",
];
export const MEMBER_SCALE = [
  "50",
  "100",
  "200",
  "300",
  "500",
  "700",
  "1000",
  "2000",
  "3000",
  "5000",
  "10000",
  "20000",
  "50000",
  "100000",
];
