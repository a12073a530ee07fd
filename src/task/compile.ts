// The registry's compiler: a formula as people write it, parsed by mathjs, becomes an expression tree. Nothing is
// evaluated: only numbers, metric names, + - * / and min/max survive the walk.
import { create, type MathNode, parseDependencies } from "mathjs/number";
import { fail } from "../base/errors.ts";
import type { Expression } from "./expression.ts";

const math = create(parseDependencies ?? {});
const OPERATORS = new Set(["+", "-", "*", "/"]);
const FUNCTIONS = new Set(["min", "max"]);
/** mathjs descends once a bracket or sign: text this short cannot exhaust the stack. */
const LENGTH_MAX = 256;
/** Brackets open at once; a device takes trees of depth 8. */
const BRACKETS_MAX = 16;

/** @throws PacelineError invalid_query naming the part of the formula that is not allowed. */
export function compileFormula(formula: string): Expression {
  if (formula.length > LENGTH_MAX) fail("invalid_query", `a formula has at most ${LENGTH_MAX} characters`);
  if (bracketsIn(formula) > BRACKETS_MAX)
    fail("invalid_query", `a formula is nested at most ${BRACKETS_MAX} brackets deep`);
  let node: MathNode;
  try {
    node = math.parse(formula);
  } catch (cause) {
    fail("invalid_query", `formula "${formula}" does not parse: ${(cause as Error).message}`, { cause });
  }
  return walk(node, formula);
}

/** The most brackets that are open at once. */
function bracketsIn(formula: string): number {
  let [open, most] = [0, 0];
  for (const character of formula) {
    if ("([{".includes(character)) most = Math.max(most, ++open);
    else if (")]}".includes(character)) open--;
  }
  return most;
}

// mathjs nodes are told apart by `type`; these are the fields each type has.
interface Parts {
  readonly value?: unknown;
  readonly name?: string;
  readonly op?: string;
  readonly fn?: { readonly name?: string } | string;
  readonly args?: readonly MathNode[];
  readonly content?: MathNode;
}

function walk(node: MathNode, formula: string): Expression {
  const parts = node as unknown as Parts & { readonly type: string };
  const args = () => (parts.args ?? []).map((arg) => walk(arg, formula));
  switch (parts.type) {
    case "ConstantNode":
      if (typeof parts.value === "number" && Number.isFinite(parts.value)) return { number: parts.value };
      break;
    case "SymbolNode":
      if (parts.name !== undefined) return { metric: parts.name };
      break;
    case "ParenthesisNode":
      if (parts.content !== undefined) return walk(parts.content, formula);
      break;
    case "OperatorNode": {
      const op = parts.op ?? "";
      if (!OPERATORS.has(op)) break;
      const operands = args();
      if (operands.length === 1 && op === "-") return { op: "-", args: [{ number: 0 }, ...operands] };
      if (operands.length === 2) return { op: op as "+", args: operands };
      break;
    }
    case "FunctionNode": {
      const name = typeof parts.fn === "string" ? parts.fn : (parts.fn?.name ?? "");
      if (!FUNCTIONS.has(name) || !parts.args?.length) break;
      const [first, ...others] = args();
      if (first !== undefined) return others.length === 0 ? first : { op: name as "min", args: [first, ...others] };
      break;
    }
  }
  return fail("invalid_query", `formula "${formula}": "${node.toString()}" is not allowed`, {
    hint: "Use numbers, metric names, + - * /, min() and max().",
  });
}
