// Terms of the small SELECT: names, numbers, arithmetic, calls, and comparisons of them.
import { EmbeddedActionsParser, type IToken } from "chevrotain";
import * as t from "./tokens.ts";
import type { Named, Place, Term } from "./tree.ts";

/** Nested deeper than this is refused before the stack is. */
export const DEPTH_MAX = 24;

export const placeOf = (token: IToken): Place => ({ offset: token.startOffset, length: token.image.length });
export const named = (token: IToken): Named => ({ ...placeOf(token), text: token.image });
const unquoted = (token: IToken): Named => ({
  ...placeOf(token),
  text: token.image.slice(1, -1).replaceAll("''", "'"),
});
export const spanning = (from: Place, to: Place): Place => ({
  offset: from.offset,
  length: to.offset + to.length - from.offset,
});

/** What a statement is made of: the rules of a statement stand in parser.ts, and only it analyses itself. */
export abstract class TermParser extends EmbeddedActionsParser {
  constructor() {
    super(t.vocabulary, { maxLookahead: 2, recoveryEnabled: false });
  }

  protected name = this.RULE("name", (): Named => named(this.CONSUME(t.Identifier)));

  protected text = this.RULE("text", (): Named => {
    const token = this.CONSUME(t.Text);
    return this.ACTION(() => unquoted(token));
  });

  /** Comparisons that must all hold: an argument of SHARE. */
  private conjunction = this.RULE("conjunction", (): Term => {
    let left = this.SUBRULE(this.comparison);
    this.MANY(() => {
      this.CONSUME(t.And);
      const right = this.SUBRULE2(this.comparison);
      left = this.ACTION((): Term => ({ kind: "operation", op: "and", args: [left, right], ...spanning(left, right) }));
    });
    return left;
  });

  protected comparison = this.RULE("comparison", (): Term => {
    const left = this.SUBRULE(this.sum);
    return this.OR([
      {
        ALT: (): Term => {
          const op = this.OR2([
            {
              ALT: () => {
                this.CONSUME(t.GreaterEqual);
                return ">=" as const;
              },
            },
            {
              ALT: () => {
                this.CONSUME(t.Less);
                return "<" as const;
              },
            },
          ]);
          const right = this.SUBRULE2(this.sum);
          return this.ACTION((): Term => ({ kind: "operation", op, args: [left, right], ...spanning(left, right) }));
        },
      },
      {
        ALT: (): Term => {
          this.CONSUME(t.Since);
          const day = this.SUBRULE(this.text);
          return this.ACTION((): Term => ({ kind: "since", of: left, day, ...spanning(left, day) }));
        },
      },
      { ALT: () => left },
    ]);
  });

  private sum = this.RULE("sum", (): Term => {
    let left = this.SUBRULE(this.factor);
    this.MANY(() => {
      const op = this.OR([
        {
          ALT: () => {
            this.CONSUME(t.Plus);
            return "+" as const;
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Minus);
            return "-" as const;
          },
        },
      ]);
      const right = this.SUBRULE2(this.factor);
      left = this.ACTION((): Term => ({ kind: "operation", op, args: [left, right], ...spanning(left, right) }));
    });
    return left;
  });

  private factor = this.RULE("factor", (): Term => {
    let left = this.SUBRULE(this.primary);
    this.MANY(() => {
      const op = this.OR([
        {
          ALT: () => {
            this.CONSUME(t.Star);
            return "*" as const;
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.Slash);
            return "/" as const;
          },
        },
      ]);
      const right = this.SUBRULE2(this.primary);
      left = this.ACTION((): Term => ({ kind: "operation", op, args: [left, right], ...spanning(left, right) }));
    });
    return left;
  });

  private primary = this.RULE(
    "primary",
    (): Term =>
      this.OR([
        { ALT: () => this.SUBRULE(this.number) },
        { ALT: () => this.SUBRULE(this.nameOrCall) },
        { ALT: (): Term => ({ kind: "star", ...placeOf(this.CONSUME(t.Star)) }) },
        {
          ALT: () => {
            this.CONSUME(t.Open);
            const inner = this.SUBRULE(this.sum);
            this.CONSUME(t.Close);
            return inner;
          },
        },
      ]),
  );

  private number = this.RULE("number", (): Term => {
    const minus = this.OPTION(() => this.CONSUME(t.Minus));
    const token = this.CONSUME(t.Number_);
    return this.ACTION((): Term => {
      const place = minus === undefined ? placeOf(token) : spanning(placeOf(minus), placeOf(token));
      return { kind: "number", value: Number(token.image) * (minus === undefined ? 1 : -1), ...place };
    });
  });

  private nameOrCall = this.RULE("nameOrCall", (): Term => {
    const name = this.SUBRULE(this.name);
    return (
      this.OPTION((): Term => {
        this.CONSUME(t.Open);
        const args: Term[] = [this.SUBRULE(this.conjunction)];
        this.MANY(() => {
          this.CONSUME(t.Comma);
          args.push(this.SUBRULE2(this.conjunction));
        });
        const close = this.CONSUME(t.Close);
        return this.ACTION((): Term => ({ kind: "call", name, args, ...spanning(name, placeOf(close)) }));
      }) ?? ({ kind: "name", ...name } as Term)
    );
  });
}
