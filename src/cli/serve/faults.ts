// What is wrong with a configuration, all of it at once: the path of each field, what belongs there, and for a name that
// nothing has, the one that was probably meant.
import type * as z from "zod";
import { closest } from "../../base/closest.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** One line a fault, as `path: what is wrong`. @param known the field names at a path, for suggestions */
export function faultsOf(issues: readonly Issue[], known: (path: Path) => readonly string[]): readonly string[] {
  return issues.flatMap((issue) => linesOf(issue, known));
}

function linesOf(issue: Issue, known: (path: Path) => readonly string[]): readonly string[] {
  const at = (path: Path) => (path.length === 0 ? "the document" : path.join("."));
  if (issue.code === "unrecognized_keys")
    return issue.keys.map(
      (key) => `${at([...issue.path, key])}: there is no such field${meant(key, known(issue.path))}`,
    );
  if (issue.code === "invalid_value" && typeof issue.input === "string")
    return [`${at(issue.path)}: ${issue.message}${meant(issue.input, issue.values.map(String))}`];
  if (issue.code === "invalid_type" && issue.input === undefined) return [`${at(issue.path)}: it is missing`];
  return [`${at(issue.path)}: ${issue.message}`];
}

/** The end of a sentence about a name that is none of `names`. */
export function meant(name: string, names: Iterable<string>): string {
  const near = closest(name, names);
  return near === undefined ? "" : `; did you mean ${near}?`;
}
