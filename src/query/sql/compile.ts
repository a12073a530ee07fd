// From SQL text to a draft of the same question that a builder or a JSON document would make.
import { closest } from "../../base/closest.ts";
import { isPacelineError } from "../../base/errors.ts";
import type { Expression } from "../../task/expression.ts";
import type { Catalogue } from "../question/catalogue.ts";
import { attributeOf, completeSelect, completeWindow, metricOf } from "../question/complete.ts";
import type { Draft, DraftMeasure, DraftWindow } from "../question/draft.ts";
import { type Arguments, functions, scalarFunctions } from "./functions.ts";
import { optionsOf, type SqlOptions } from "./options.ts";
import { DEPTH_MAX, selectParser } from "./parser.ts";
import { lexingProblem, parsingProblem, SqlError } from "./problem.ts";
import { lexer } from "./tokens.ts";
import type { Named, Place, Statement, Term } from "./tree.ts";

export interface CompiledSql {
  readonly draft: Draft;
  /** What WITH says beyond the question itself. */
  readonly options: SqlOptions;
}

const TEXT_MAX = 20_000;
/** Operators in a text: a chain of them is as deep a tree. */
const OPERATORS_MAX = 200;

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
  const groupBy = statement.groupBy.map((name) => ({ attribute: compiler.attribute(name) }));
  const where = statement.where.map(({ attribute, values }) => ({
    attribute: compiler.attribute(attribute),
    values: values.map((value) => compiler.value(attribute, value)),
  }));
  const options = optionsOf(text, statement.options);
  const window = windowOf(statement.window);
  if (window !== undefined) compiler.check(windowPlace(statement.window), () => completeWindow(window, 0));
  const { draft, ...rest } = options;
  return { draft: { select, groupBy, where, ...draft, ...(window === undefined ? {} : { window }) }, options: rest };
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
      threshold: (index) => {
        const term = at(index);
        if (term.kind !== "operation" || term.op !== ">=") return this.#refuse(term, `it is written ${signature}`);
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
    if (name === "CLIP") {
      const [of, low, high] = term.args;
      if (term.args.length !== 3 || low?.kind !== "number" || high?.kind !== "number")
        return this.#refuse(term, "CLIP is written CLIP(metric, low, high)");
      return { ...this.#measure(of as Term, daily), clip: [low.value, high.value] };
    }
    return { formula: this.#formula(term), ...usual };
  }

  #formula(term: Term): Expression {
    const { metrics } = this.#catalogue;
    switch (term.kind) {
      case "number":
        return { number: term.value };
      case "name":
        return { metric: this.#at(term, metrics.keys(), () => metricOf(term.text, this.#catalogue).id, term.text) };
      case "operation":
        if (term.op === ">=") return this.#refuse(term, "a comparison belongs into SHARE(metric >= number)");
        return { op: term.op, args: term.args.map((arg) => this.#formula(arg)) };
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
