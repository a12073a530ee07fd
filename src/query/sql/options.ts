// WITH (name = value, …): the budget or the wanted error, and what else has a default.
import { closest } from "../../base/closest.ts";
import type { Draft } from "../question/draft.ts";
import { SqlError } from "./problem.ts";
import type { Option } from "./tree.ts";

export interface SqlOptions {
  readonly name?: string;
  readonly title?: string;
  /** The wanted half-width of a 95 % interval, in the statistic's unit; the budget then follows from it. */
  readonly error?: number;
  /** Members that are expected to answer, for `error`. */
  readonly members?: number;
}

const texts = ["purpose", "name", "title"] as const;
const names = ["epsilon", "rho", "error", "members", "min_cohort", "days_min", ...texts] as const;
export const optionNames: readonly string[] = names;
type OptionName = (typeof names)[number];

/** @throws SqlError at the option that is wrong */
export function optionsOf(text: string, options: readonly Option[]): SqlOptions & { readonly draft: Partial<Draft> } {
  const given = new Map<OptionName, string>();
  for (const { name, value } of options) {
    const refuse = ({ offset, length }: { offset: number; length: number }, message: string, near?: string) => {
      throw new SqlError(text, { offset, length, message, allowed: names, ...(near === undefined ? {} : { near }) });
    };
    const known = names.find((each) => each === name.text.toLowerCase());
    if (known === undefined) refuse(name, `there is no option "${name.text}"`, closest(name.text, names));
    else {
      if (given.has(known)) refuse(name, `${known} is given twice`);
      if ((texts as readonly string[]).includes(known) === value.isNumber)
        refuse(value, `${known} takes a ${value.isNumber ? "'text'" : "number"}`);
      const rival = known === "epsilon" || known === "rho" || known === "error" ? ["epsilon", "rho", "error"] : [];
      const other = rival.find((each) => given.has(each as OptionName));
      if (other !== undefined) refuse(name, `${known} and ${other} both decide the budget; name one`);
      given.set(known, value.text);
    }
  }
  const number = (name: OptionName) => (given.has(name) ? Number(given.get(name)) : undefined);
  const epsilon = given.get("epsilon");
  const rho = given.get("rho");
  return defined({
    name: given.get("name"),
    title: given.get("title"),
    error: number("error"),
    members: number("members"),
    draft: defined({
      purpose: given.get("purpose"),
      minCohort: number("min_cohort"),
      daysMin: number("days_min"),
      privacy: epsilon !== undefined ? { epsilon } : rho !== undefined ? { rho } : undefined,
    }),
  });
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function defined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}
