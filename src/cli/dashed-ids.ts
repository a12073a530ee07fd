// Ids are base64url: one of 64 begins with a dash, and was taken for an option.
import type { Command, Option } from "commander";

/** A dash, and then what an id or its beginning is made of. */
const DASHED = /^-[\w-]{3,}$/;

/** All options of all commands. */
const optionsOf = (command: Command): readonly Option[] => [
  ...command.options,
  ...command.commands.flatMap((each) => optionsOf(each as Command)),
];

/**
 * Puts an id that begins with a dash, with the arguments after it, behind `--`, where nothing is an option. Only what would be refused
 * as an unknown option is moved: no value of an option, no option of one dash too few, nothing where `--` is given.
 */
export function withDashedIds(program: Command, args: readonly string[]): readonly string[] {
  if (args.includes("--")) return args;
  const options = optionsOf(program);
  const takesValue = new Set(options.flatMap((one) => (one.required || one.optional ? [one.long, one.short] : [])));
  const named = new Set(options.flatMap(({ long, short }) => [long, short]));
  const isValue = (i: number) => takesValue.has(args[i - 1] ?? "");
  const isId = (arg: string) => DASHED.test(arg) && !arg.startsWith("--") && !named.has(arg) && !named.has(`-${arg}`);
  const first = args.findIndex((arg, i) => !isValue(i) && isId(arg));
  if (first < 0) return args;
  const isMoved = (arg: string, i: number) => i >= first && !isValue(i) && (isId(arg) || !arg.startsWith("-"));
  return [...args.filter((arg, i) => !isMoved(arg, i)), "--", ...args.filter(isMoved)];
}
