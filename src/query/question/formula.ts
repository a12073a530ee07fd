// Formulas in canonical text: the same tree is the same text, and the text compiles to the tree.
import type { Expression } from "../../task/expression.ts";
import type { Catalogue } from "./catalogue.ts";

const precedence = { "+": 1, "-": 1, "*": 2, "/": 2 } as const;

/** Parentheses only where they are needed; operators of equal rank associate to the left. */
export function formulaText(expression: Expression): string {
  if ("metric" in expression) return expression.metric;
  if ("number" in expression) return expression.number < 0 ? `0 - ${-expression.number}` : `${expression.number}`;
  const { op, args } = expression;
  if (op === "min" || op === "max") return `${op}(${args.map(formulaText).join(", ")})`;
  const rank = precedence[op];
  return args
    .map((arg, i) => {
      const inner =
        "op" in arg && arg.op !== "min" && arg.op !== "max"
          ? precedence[arg.op]
          : "number" in arg && arg.number < 0
            ? 1
            : 3;
      // The right operand of - and / is grouped at equal rank; so is that of + and *, whose grouping changes the tree.
      return inner < rank || (i > 0 && inner === rank) ? `(${formulaText(arg)})` : formulaText(arg);
    })
    .join(` ${op} `);
}

/** Derived metrics replaced by their own formulas. */
export function expand(expression: Expression, { metrics }: Catalogue): Expression {
  if ("number" in expression) return expression;
  if ("metric" in expression) {
    const known = metrics.get(expression.metric)?.expression;
    return known === undefined || "metric" in known ? expression : known;
  }
  return { op: expression.op, args: expression.args.map((arg) => expand(arg, { metrics } as Catalogue)) };
}
