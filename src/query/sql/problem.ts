// What is wrong with a text, at which token, what is allowed there, and the nearest thing to what was meant.
import {
  createTokenInstance,
  EOF,
  type ILexingError,
  type IRecognitionException,
  type IToken,
  type TokenType,
} from "chevrotain";
import { closest } from "../../base/closest.ts";
import { PacelineError } from "../../base/errors.ts";
import { selectParser } from "./parser.ts";
import { grammarTokens } from "./tokens.ts";
import type { Place } from "./tree.ts";

export interface SqlProblem extends Place {
  readonly message: string;
  /** What may stand there, in words. */
  readonly allowed: readonly string[];
  /** The nearest of them to what stands there. */
  readonly near?: string;
}

/** Words of SQL that people try, with what to do instead. */
const elsewhere: Readonly<Record<string, string>> = {
  join: "There is one table; every metric and attribute of a member is in it.",
  having: "Small groups are hidden by the operator's rule, from noised counts.",
  order: "Rows come in the order of the public values.",
  limit: "Use TOP(attribute, n), or name the values in WHERE.",
  distinct: "Every member counts once already.",
  or: "List the values: attribute IN ('a', 'b').",
  not: "List the values that remain: attribute IN ('a', 'b').",
  union: "Ask two questions, or several statistics in one SELECT.",
  as: "Cells are named after their statistic.",
  case: "Use SHARE(metric >= number), or a histogram.",
  percentile_cont: "Use QUANTILE(metric, 0.9).",
};

/** A PacelineError with the line, a caret under the token, and advice; `problem` is kept for editors. */
export class SqlError extends PacelineError {
  readonly problem: SqlProblem;

  constructor(text: string, problem: SqlProblem, hint?: string) {
    const advice = hint ?? (problem.allowed.length > 0 ? `Allowed here: ${listed(problem.allowed)}.` : undefined);
    super("invalid_query", render(text, problem), advice === undefined ? {} : { hint: advice });
    this.problem = problem;
  }
}

const LISTED_MAX = 12;

function listed(words: readonly string[]): string {
  const more = words.length > LISTED_MAX ? ` and ${words.length - LISTED_MAX} more` : "";
  return `${words.slice(0, LISTED_MAX).join(", ")}${more}`;
}

function render(text: string, { message, near, offset, length }: SqlProblem): string {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  const start = before.lastIndexOf("\n") + 1;
  const end = text.indexOf("\n", offset);
  // A window of the line around the token, so that a page of SQL on one line stays readable.
  const from = Math.max(start, offset - 60);
  const shown = text.slice(from, Math.min(end < 0 ? text.length : end, offset + 80)).replaceAll(/[^\S ]/g, " ");
  const caret = `${" ".repeat(offset - from)}${"^".repeat(Math.max(1, Math.min(length, shown.length - (offset - from))))}`;
  const meant = near === undefined ? "" : `; did you mean ${near}?`;
  return `line ${line}, column ${offset - start + 1}: ${message}${meant}\n  ${shown}\n  ${caret}`;
}

export function lexingProblem(text: string, error: ILexingError): SqlProblem {
  const character = String.fromCodePoint(text.codePointAt(error.offset) ?? 0x20);
  const quote = character === '"' || character === "`";
  const message =
    character === "'"
      ? "this text has no closing quote"
      : quote
        ? "texts stand in 'single quotes'"
        : `"${character}" has no meaning here`;
  return { offset: error.offset, length: Math.max(1, error.length), message, allowed: [] };
}

export function parsingProblem(text: string, tokens: readonly IToken[], error: IRecognitionException): SqlError {
  const { token } = error;
  const ended = !(token.startOffset >= 0);
  const place = ended
    ? { offset: text.trimEnd().length, length: 1 }
    : { offset: token.startOffset, length: token.image.length };
  const index = ended ? tokens.length : tokens.indexOf(token);
  const allowed = allowedAfter(tokens.slice(0, index));
  const word = ended ? "" : token.image;
  const near = ended
    ? undefined
    : closest(
        word,
        allowed.filter((each) => /^[A-Z]/.test(each)),
      );
  const message = ended ? "the text ends too early" : `"${word}" cannot stand here`;
  const hint = Object.hasOwn(elsewhere, word.toLowerCase()) ? elsewhere[word.toLowerCase()] : undefined;
  return new SqlError(text, { ...place, message, allowed, ...(near === undefined ? {} : { near }) }, hint);
}

/** Labels of the tokens that may come next: those with which the grammar goes on, tried one by one. */
export function allowedAfter(tokens: readonly IToken[]): readonly string[] {
  return grammarTokens.filter((type) => goesOn(tokens, type)).map((type) => type.LABEL ?? type.name);
}

function goesOn(tokens: readonly IToken[], tokenType: TokenType): boolean {
  const next = createTokenInstance(tokenType, tokenType.name, 0, 0, 1, 1, 1, 1);
  selectParser.input = [...tokens, next];
  selectParser.statement();
  const wrong = selectParser.errors[0];
  return wrong === undefined || wrong.token.tokenType === EOF;
}
