// Sets of members: one bit each, by place in the roster.
import { fail } from "../../base/errors.ts";

/** As many bytes as the roster's bits take, lowest bits first. */
export type MemberSet = Uint8Array;

/** The set of `members`, some of `size`. */
export function toSet(size: number, members: Iterable<number>): MemberSet {
  const set = new Uint8Array(Math.ceil(size / 8));
  for (const index of members) set[index >> 3] = (set[index >> 3] as number) | (1 << (index & 7));
  return set;
}

export const has = (set: MemberSet, index: number): boolean => (((set[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;

/** In rising order. */
export function membersOf(set: MemberSet): number[] {
  const members: number[] = [];
  for (let index = 0; index < 8 * set.length; index++) if (has(set, index)) members.push(index);
  return members;
}

/** @throws PacelineError invalid_message unless `set` is a set of `size` members' bits and nothing more */
export function checkSet(set: MemberSet, size: number, what: string): void {
  const stray = size % 8 === 0 ? 0 : (set.at(-1) ?? 0) >> (size % 8);
  if (set.length !== Math.ceil(size / 8) || stray !== 0)
    fail("invalid_message", `${what}: not a set of ${size} members`);
}
