// From SQL text to a draft of the same question that a builder or a JSON document would make.
import { parseDay } from "../../base/calendar.ts";
import { closest } from "../../base/closest.ts";
import { isPacelineError } from "../../base/errors.ts";
import type { Expression } from "../../task/expression.ts";
import type { Catalogue } from "../question/catalogue.ts";
import { attributeOf, completeSelect, completeWindow } from "../question/complete.ts";
import type { Draft, DraftCondition, DraftMeasure, DraftWindow } from "../question/draft.ts";
import { conditionsOf, metricOf } from "../question/measure.ts";
import { type Arguments, functions, scalarFunctions } from "./functions.ts";
import { optionsOf, type SqlOptions } from "./options.ts";
import { selectParser } from "./parser.ts";
import { lexingProblem, parsingProblem, SqlError } from "./problem.ts";
import { DEPTH_MAX } from "./terms.ts";
import { lexer } from "./tokens.ts";
import type { Condition, Grouping, Named, Place, Statement, Term } from "./tree.ts";

export interface CompiledSql {
  readonly draft: Draft;
  /** What WITH says beyond the question itself. */
  readonly options: SqlOptions;
}

const TEXT_MAX = 20_000;
/** Operators in a text: a chain of them is as deep a tree. */
const OPERATORS_MAX = 200;

const CONDITION = "a condition is written attribute = 'value', attribute IN ('a', 'b') or metric >= number";

/** One row a member: their mean a day, or a week for what is counted by the week. member_day: always a day. */
const tables = ["member_week", "member_day"] as const;

/** @throws SqlError (a PacelineError, invalid_query) at the token that is wrong */
export function parseSql(text: string): Statement {
  if (text.length > TEXT_MAX)
    throw new SqlError(text, {
      offset: TEXT_MAX,
      length: 1,
      message: `a question has at most ${TEXT_MAX} characters`,
      allowed: [],
    });
  const { tokens, errors } = lexer.tokenize(text);
  const unknown = errors[0];
  if (unknown !== undefined) throw new SqlError(text, lexingProblem(text, unknown));
  let depth = 0;
  let operators = 0;
  for (const token of tokens) {
    depth += token.image === "(" ? 1 : token.image === ")" ? -1 : 0;
    operators += /^[-+*/]$/.test(token.image) ? 1 : 0;
    const much =
      depth > DEPTH_MAX
        ? `parentheses are nested deeper than ${DEPTH_MAX}`
        : operators > OPERATORS_MAX
          ? `there are more than ${OPERATORS_MAX} operators`
          : undefined;
    if (much !== undefined)
      throw new SqlError(text, { offset: token.startOffset, length: 1, message: much, allowed: [] });
  }
  selectParser.input = tokens;
  const statement = selectParser.statement();
  const wrong = selectParser.errors[0];
  if (wrong !== undefined) throw parsingProblem(text, tokens, wrong);
  return statement;
}

/** @throws SqlError */
export function compileSql(text: string, catalogue: Catalogue): CompiledSql {
  const statement = parseSql(text);
  const compiler = new Compiler(text, catalogue);
  const daily = compiler.table(statement.table) === "member_day";
  const select = statement.items.map((item) => compiler.item(item, daily));
  for (const [i, one] of select.entries())
    compiler.check(statement.items[i] as Place, () => completeSelect(one, catalogue));
  const keys = statement.groupBy.filter((one): one is Named => "text" in one);
  const groupBy = keys.map((name) => ({ attribute: compiler.attribute(name) }));
  const every = compiler.period(statement.groupBy);
  const { where, thresholds } = compiler.conditions(statement.where, daily);
  const options = optionsOf(text, statement.options);
  const window = windowOf(statement.window);
  if (window !== undefined) compiler.check(windowPlace(statement.window), () => completeWindow(window, 0));
  const { draft, ...rest } = options;
  return {
    draft: {
      ...{ select, groupBy, where, ...draft },
      ...(thresholds.length === 0 ? {} : { thresholds }),
      ...(every === undefined ? {} : { every }),
      ...(window === undefined ? {} : { window }),
    },
    options: rest,
  };
}

function windowOf(clause: Statement["window"]): DraftWindow | undefined {
  if (clause === undefined) return undefined;
  if (clause.kind === "between") return { start: clause.start.text, end: clause.end.text };
  const end = clause.end === undefined ? {} : { end: clause.end.text };
  return clause.unit === "weeks" ? { weeks: clause.count, ...end } : { days: clause.count, ...end };
}

function windowPlace(clause: Statement["window"]): Place {
  return clause?.kind === "last" ? clause.place : (clause?.start ?? { offset: 0, length: 1 });
}

/** The comparisons that AND joins, the first first. */
function conjuncts(term: Term): readonly Term[] {
  return term.kind === "operation" && term.op === "and" ? term.args.flatMap(conjuncts) : [term];
}

class Compiler {
  readonly #text: string;
  readonly #catalogue: Catalogue;

  constructor(text: string, catalogue: Catalogue) {
    this.#text = text;
    this.#catalogue = catalogue;
  }

  /** @throws SqlError */
  #refuse(place: Place, message: string, allowed: readonly string[] = [], written?: string): never {
    const near = written === undefined ? undefined : closest(written, allowed);
    const { offset, length } = place;
    throw new SqlError(this.#text, { offset, length, message, allowed, ...(near === undefined ? {} : { near }) });
  }

  /** Runs what knows names but no places. */
  #at<T>(place: Place, allowed: Iterable<string>, run: () => T, written: string): T {
    try {
      return run();
    } catch (error) {
      if (!isPacelineError(error) || error instanceof SqlError) throw error;
      const [message = error.message] = error.message.split("; did you mean");
      return this.#refuse(place, message, [...allowed], written);
    }
  }

  /** What the question's own rules refuse is told at the part of the text it came from. */
  check(place: Place, run: () => unknown): void {
    this.#at(place, [], run, "");
  }

  table({ text, ...place }: Named): (typeof tables)[number] {
    const known = tables.find((table) => table === text.toLowerCase());
    return known ?? this.#refuse(place, `there is no table "${text}"`, tables, text);
  }

  attribute({ text, ...place }: Named): string {
    const { attributes } = this.#catalogue;
    return this.#at(place, attributes.keys(), () => attributeOf(text, this.#catalogue).id, text);
  }

  value(attribute: Named, { text, ...place }: Named): string {
    const { id, values } = attributeOf(attribute.text, this.#catalogue);
    if (values.includes(text)) return text;
    return this.#refuse(place, `${id} has no value "${text}"`, values, text);
  }

  /** Days of the one period that groups are split by. */
  period(groupBy: readonly Grouping[]): number | undefined {
    const [first, second] = groupBy.flatMap((one) => ("days" in one ? [one] : []));
    if (second !== undefined) return this.#refuse(second, "one period is enough");
    return first?.days;
  }

  conditions(where: readonly Condition[], daily: boolean) {
    const lists = where.filter(({ values }) => values.length > 0);
    const comparisons = where.filter(({ values }) => values.length === 0);
    return {
      where: lists.map(({ term, values }) => {
        if (term.kind !== "name") return this.#refuse(term, "an attribute has a list of values, measures do not");
        return { attribute: this.attribute(term), values: values.map((value) => this.value(term, value)) };
      }),
      thresholds: comparisons.map(({ term }) => this.#condition(term, daily, CONDITION)),
    };
  }

  #condition(term: Term, daily: boolean, written: string): DraftCondition {
    if (term.kind !== "operation" || (term.op !== ">=" && term.op !== "<")) return this.#refuse(term, written);
    const [left, right] = term.args as [Term, Term];
    if (right.kind !== "number") return this.#refuse(right, "the threshold is a number");
    const { formula, per, clip, since } = this.#measure(left, daily);
    if (clip !== undefined || since !== undefined)
      return this.#refuse(left, "only SHARE(… >= number) alone compares what is clipped or a change");
    const condition = { formula, per, op: term.op, value: right.value };
    this.check(term, () => conditionsOf([condition], this.#catalogue));
    return condition;
  }

  item(term: Term, daily: boolean) {
    if (term.kind !== "call")
      return this.#refuse(
        term,
        "a column is a statistic",
        Object.values(functions).map(({ signature }) => signature),
      );
    const name = term.name.text.toUpperCase();
    const known = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (known === undefined)
      return this.#refuse(term.name, `"${term.name.text}" is no statistic`, Object.keys(functions), term.name.text);
    if (term.args.length < known.least || term.args.length > known.most)
      return this.#refuse(term, `${name} is written ${known.signature}`);
    return known.build(this.#arguments(term.args, daily, known.signature));
  }

  #arguments(args: readonly Term[], daily: boolean, signature: string): Arguments {
    const at = (index: number) => args[index] as Term;
    const number = (index: number): number => {
      const term = at(index);
      return term.kind === "number" ? term.value : this.#refuse(term, `a number stands here: ${signature}`);
    };
    return {
      count: args.length,
      star: () => void (at(0).kind === "star" || this.#refuse(at(0), `it is written ${signature}`)),
      measure: (index) => this.#measure(at(index), daily),
      number,
      attribute: (index) => {
        const term = at(index);
        return term.kind === "name"
          ? this.attribute(term)
          : this.#refuse(term, `an attribute stands here: ${signature}`);
      },
      meets: (index) => {
        const term = at(index);
        if (term.kind !== "operation" || term.op !== ">=")
          return {
            conditions: conjuncts(term).map((one) => this.#condition(one, daily, `it is written ${signature}`)),
          };
        const [left, right] = term.args as [Term, Term];
        if (right.kind !== "number") return this.#refuse(right, "the threshold is a number");
        return { of: this.#measure(left, daily), atLeast: right.value };
      },
      rest: (from) => args.slice(from).map((_, i) => number(from + i)),
    };
  }

  #measure(term: Term, daily: boolean): DraftMeasure {
    const usual = daily ? { per: "day" as const } : {};
    if (term.kind !== "call") return { formula: this.#formula(term), ...usual };
    const name = term.name.text.toUpperCase();
    if (name === "WEEKLY" || name === "DAILY") {
      if (term.args.length !== 1) return this.#refuse(term, `${name} is written ${name}(metric)`);
      return { ...this.#measure(term.args[0] as Term, daily), per: name === "WEEKLY" ? "week" : "day" };
    }
    if (name === "CHANGE") return this.#change(term, daily);
    if (name === "CLIP") {
      const [of, low, high] = term.args;
      if (term.args.length !== 3 || low?.kind !== "number" || high?.kind !== "number")
        return this.#refuse(term, "CLIP is written CLIP(metric, low, high)");
      return { ...this.#measure(of as Term, daily), clip: [low.value, high.value] };
    }
    return { formula: this.#formula(term), ...usual };
  }

  #change(term: Extract<Term, { kind: "call" }>, daily: boolean): DraftMeasure {
    const [argument] = term.args;
    if (term.args.length !== 1 || argument === undefined)
      return this.#refuse(term, "CHANGE is written CHANGE(metric) or CHANGE(metric SINCE 'date')");
    const [of, day] = argument.kind === "since" ? [argument.of, argument.day] : [argument, undefined];
    const measure = this.#measure(of, daily);
    if (measure.since !== undefined) return this.#refuse(of, "a change of a change is not computed");
    if (measure.clip !== undefined) return this.#refuse(of, "clip the change: CLIP(CHANGE(metric), low, high)");
    if (day !== undefined) this.check(day, () => parseDay(day.text));
    return { ...measure, since: day?.text ?? "half" };
  }

  #formula(term: Term): Expression {
    const { metrics } = this.#catalogue;
    switch (term.kind) {
      case "number":
        return { number: term.value };
      case "name":
        return { metric: this.#at(term, metrics.keys(), () => metricOf(term.text, this.#catalogue).id, term.text) };
      case "operation":
        if (term.op === ">=" || term.op === "<" || term.op === "and")
          return this.#refuse(term, "a comparison belongs into SHARE(metric >= number)");
        return { op: term.op, args: term.args.map((arg) => this.#formula(arg)) };
      case "since":
        return this.#refuse(term, "SINCE stands in CHANGE(metric SINCE 'date') only");
      case "star":
        return this.#refuse(term, "* stands in COUNT(*) only");
      case "call": {
        const name = term.name.text.toUpperCase();
        if (name !== "LEAST" && name !== "GREATEST")
          return this.#refuse(
            term.name,
            `"${term.name.text}" is no function of values`,
            scalarFunctions,
            term.name.text,
          );
        return { op: name === "LEAST" ? "min" : "max", args: term.args.map((arg) => this.#formula(arg)) };
      }
    }
  }
}
