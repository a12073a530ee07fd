// The words of the small SELECT, for chevrotain's lexer.
import { createToken, Lexer, type TokenType } from "chevrotain";

export const Identifier = createToken({ name: "Identifier", pattern: /[A-Za-z_][A-Za-z0-9_]*/, label: "a name" });

const keyword = (word: string): TokenType =>
  createToken({ name: word, pattern: new RegExp(word, "i"), longer_alt: Identifier, label: word });

export const Select = keyword("SELECT");
export const From = keyword("FROM");
export const Where = keyword("WHERE");
export const And = keyword("AND");
export const In = keyword("IN");
export const GroupBy = createToken({ name: "GroupBy", pattern: /GROUP\s+BY/i, label: "GROUP BY", line_breaks: true });
export const Window = keyword("WINDOW");
export const Last = keyword("LAST");
export const Weeks = createToken({ name: "Weeks", pattern: /WEEKS?/i, longer_alt: Identifier, label: "WEEKS" });
export const Days = createToken({ name: "Days", pattern: /DAYS?/i, longer_alt: Identifier, label: "DAYS" });
export const Ending = keyword("ENDING");
export const Between = keyword("BETWEEN");
export const Since = keyword("SINCE");
export const With = keyword("WITH");

export const Number_ = createToken({
  name: "Number",
  pattern: /(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?/,
  label: "a number",
});
export const Text = createToken({ name: "Text", pattern: /'(?:[^'\n]|'')*'/, label: "a 'text'" });
export const GreaterEqual = createToken({ name: "GreaterEqual", pattern: />=/, label: ">=" });
export const Less = createToken({ name: "Less", pattern: /</, label: "<" });
export const Equals = createToken({ name: "Equals", pattern: /=/, label: "=" });
export const Comma = createToken({ name: "Comma", pattern: /,/, label: "," });
export const Open = createToken({ name: "Open", pattern: /\(/, label: "(" });
export const Close = createToken({ name: "Close", pattern: /\)/, label: ")" });
export const Plus = createToken({ name: "Plus", pattern: /\+/, label: "+" });
export const Minus = createToken({ name: "Minus", pattern: /-/, label: "-" });
export const Star = createToken({ name: "Star", pattern: /\*/, label: "*" });
export const Slash = createToken({ name: "Slash", pattern: /\//, label: "/" });
export const Semicolon = createToken({ name: "Semicolon", pattern: /;/, label: ";" });
const Space = createToken({ name: "Space", pattern: /\s+/, group: Lexer.SKIPPED, line_breaks: true });
const Comment = createToken({ name: "Comment", pattern: /--[^\n]*/, group: Lexer.SKIPPED });

/** Keywords before names, longer operators before shorter. */
export const vocabulary: TokenType[] = [
  Space,
  Comment,
  GroupBy,
  Select,
  From,
  Where,
  And,
  Window,
  With,
  In,
  Last,
  Weeks,
  Days,
  Ending,
  Between,
  Since,
  Identifier,
  Number_,
  Text,
  GreaterEqual,
  Less,
  Equals,
  Comma,
  Open,
  Close,
  Plus,
  Minus,
  Star,
  Slash,
  Semicolon,
];

/** Those that the grammar has a place for. */
export const grammarTokens = vocabulary.filter(({ GROUP }) => GROUP !== Lexer.SKIPPED);

export const lexer = new Lexer(vocabulary, { positionTracking: "onlyOffset" });
