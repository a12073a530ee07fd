// What an attack asks: answers in an order, and the promises under which they might be given.
import { studySetting } from "../study/members.ts";
import type { Line } from "./lines.ts";
import type { AttackOptions } from "./options.ts";
import type { Released } from "./released.ts";

export interface Setup {
  readonly title: string;
  /** What is in the numbers and what is not, a sentence each. */
  readonly says: readonly string[];
  readonly released: readonly Released[];
  readonly lines: readonly Line[];
}

export type SetUp = (options: AttackOptions) => Promise<Setup>;

/** Of an operator who defines nothing. */
export const setting = studySetting({ definitions: [], lists: {} }).setting;
