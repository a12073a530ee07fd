// Units of formulas, checked by mathjs: what is added, subtracted or compared has one dimension, and the result has the
// unit that it says. Where only the scale differs (ms and min) the factor goes into the tree.
import {
  create,
  createUnitDependencies,
  divideDependencies,
  multiplyDependencies,
  type Unit,
  unitDependencies,
} from "mathjs";
import { fail } from "../../base/errors.ts";
import type { Expression } from "../expression.ts";

/** A unit, or the number that a dimensionless one stands for. */
type Measure = Unit | number;

/** mathjs' name of a UCUM atom; `%` and annotations are seen to below. */
const ATOMS: Readonly<Record<string, string>> = {
  s: "s",
  ms: "ms",
  min: "minute",
  h: "hour",
  d: "day",
  wk: "week",
  mm: "mm",
  cm: "cm",
  m: "m",
  km: "km",
  g: "g",
  kg: "kg",
  mL: "mL",
  L: "L",
  J: "J",
  kJ: "kJ",
  kcal: "kcal",
  W: "W",
  K: "K",
};

export interface UnitChecker {
  /** Why a unit cannot be used, or undefined. */
  fault(unit: string): string | undefined;
  /**
   * @param unitOf the UCUM unit of a metric @param declared the result's
   * @returns the expression, with factors where scales differ
   * @throws PacelineError invalid_query naming the two units that do not go together
   */
  check(expression: Expression, unitOf: (metric: string) => string, declared: string): Expression;
}

interface Typed {
  readonly tree: Expression;
  /** Undefined for a bare number, which takes the unit of what it is added to. */
  readonly measure: Measure | undefined;
  readonly name: string;
}

export function unitChecker(): UnitChecker {
  const math = create({
    ...createUnitDependencies,
    ...divideDependencies,
    ...multiplyDependencies,
    ...unitDependencies,
  });
  math.createUnit("kcal", "4184 J");
  const annotations = new Map<string, Unit>();
  const multiply = (a: Measure, b: Measure) => math.multiply(a as Unit, b as Unit) as Measure;
  const divide = (a: Measure, b: Measure) => math.divide(a as Unit, b as Unit) as Measure;

  const atom = (text: string): Measure => {
    if (text === "1") return 1;
    if (text === "%") return 0.01;
    if (text.startsWith("{")) {
      // UCUM takes an annotation for a plain 1; here steps are not visits.
      let own = annotations.get(text);
      if (own === undefined) {
        const name = `annotation${"x".repeat(annotations.size + 1)}`;
        math.createUnit(name);
        own = math.unit(1, name);
        annotations.set(text, own);
      }
      return own;
    }
    const [, symbol = "", power = "1"] = /^([A-Za-z]+)([2-9])?$/.exec(text) ?? [];
    const name = Object.hasOwn(ATOMS, symbol) ? ATOMS[symbol] : undefined;
    if (name === undefined) fail("invalid_query", `the unit "${text}" is none that formulas can be checked with`);
    let measure: Measure = math.unit(1, name);
    for (let i = 1; i < Number(power); i++) measure = multiply(measure, math.unit(1, name));
    return measure;
  };

  const measureOf = (unit: string): Measure => {
    const parts = unit.match(/[./]|[^./{]*\{[^}]*\}|[^./]+/g) ?? [];
    let measure: Measure = 1;
    let over = false;
    for (const part of parts) {
      if (part === "/" || part === ".") over = part === "/";
      else measure = over ? divide(measure, atom(part)) : multiply(measure, atom(part));
    }
    return measure;
  };

  /** What one of `from` is in `to`, or undefined where the dimensions differ. */
  const factor = (from: Measure, to: Measure): number | undefined => {
    const ratio = divide(from, to);
    return typeof ratio === "number" ? Number(ratio.toPrecision(12)) : undefined;
  };

  const into = (typed: Typed, to: Measure, toName: string): Expression => {
    if (typed.measure === undefined) return typed.tree;
    const times = factor(typed.measure, to);
    if (times === undefined) fail("invalid_query", `${typed.name} and ${toName} are not of one dimension`);
    return times === 1 ? typed.tree : { op: "*", args: [typed.tree, { number: times }] };
  };

  const visit = (node: Expression, unitOf: (metric: string) => string): Typed => {
    if ("number" in node) return { tree: node, measure: undefined, name: String(node.number) };
    if ("metric" in node) {
      const unit = unitOf(node.metric);
      return { tree: node, measure: measureOf(unit), name: `${node.metric} (${unit})` };
    }
    const args = node.args.map((arg) => visit(arg, unitOf));
    const name = args.map((arg) => arg.name).join(` ${node.op} `);
    if (args.every((arg) => arg.measure === undefined)) return { tree: node, measure: undefined, name };
    if (node.op === "*" || node.op === "/") {
      const combine = node.op === "*" ? multiply : divide;
      return {
        tree: { ...node, args: args.map(({ tree }) => tree) },
        measure: args.map(({ measure }) => measure ?? 1).reduce(combine),
        name,
      };
    }
    const first = args.find((arg) => arg.measure !== undefined) as Typed;
    const measure = first.measure as Measure;
    return { tree: { ...node, args: args.map((arg) => into(arg, measure, first.name)) }, measure, name };
  };

  return {
    fault(unit) {
      try {
        measureOf(unit);
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    },
    check: (expression, unitOf, declared) =>
      into(visit(expression, unitOf), measureOf(declared), `the declared ${declared}`),
  };
}
