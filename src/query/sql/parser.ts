// SELECT items FROM table [WHERE …] [GROUP BY …] [WINDOW …] [WITH (…)], by chevrotain; nothing else of SQL.
import { EmbeddedActionsParser, type IToken } from "chevrotain";
import * as t from "./tokens.ts";
import type { Condition, Named, Option, Place, Statement, Term, WindowClause } from "./tree.ts";

/** Nested deeper than this is refused before the stack is. */
export const DEPTH_MAX = 24;

const placeOf = (token: IToken): Place => ({ offset: token.startOffset, length: token.image.length });
const named = (token: IToken): Named => ({ ...placeOf(token), text: token.image });
const unquoted = (token: IToken): Named => ({
  ...placeOf(token),
  text: token.image.slice(1, -1).replaceAll("''", "'"),
});
const spanning = (from: Place, to: Place): Place => ({
  offset: from.offset,
  length: to.offset + to.length - from.offset,
});

class SelectParser extends EmbeddedActionsParser {
  constructor() {
    super(t.vocabulary, { maxLookahead: 2, recoveryEnabled: false });
    this.performSelfAnalysis();
  }

  statement = this.RULE("statement", (): Statement => {
    this.CONSUME(t.Select);
    const items: Term[] = [this.SUBRULE(this.comparison)];
    this.MANY(() => {
      this.CONSUME(t.Comma);
      items.push(this.SUBRULE2(this.comparison));
    });
    this.CONSUME(t.From);
    const table = this.SUBRULE(this.name);
    const where: Condition[] = [];
    this.OPTION(() => {
      this.CONSUME(t.Where);
      where.push(this.SUBRULE(this.condition));
      this.MANY2(() => {
        this.CONSUME(t.And);
        where.push(this.SUBRULE2(this.condition));
      });
    });
    const groupBy: Named[] = [];
    this.OPTION2(() => {
      this.CONSUME(t.GroupBy);
      groupBy.push(this.SUBRULE2(this.name));
      this.MANY3(() => {
        this.CONSUME2(t.Comma);
        groupBy.push(this.SUBRULE3(this.name));
      });
    });
    const window = this.OPTION3(() => this.SUBRULE(this.window));
    const options: Option[] = this.OPTION4(() => this.SUBRULE(this.options)) ?? [];
    this.OPTION5(() => this.CONSUME(t.Semicolon));
    return { items, table, where, groupBy, options, ...(window === undefined ? {} : { window }) };
  });

  private name = this.RULE("name", (): Named => named(this.CONSUME(t.Identifier)));

  private condition = this.RULE("condition", (): Condition => {
    const attribute = this.SUBRULE(this.name);
    const values: Named[] = [];
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Equals);
          values.push(this.SUBRULE(this.text));
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.In);
          this.CONSUME(t.Open);
          values.push(this.SUBRULE2(this.text));
          this.MANY(() => {
            this.CONSUME(t.Comma);
            values.push(this.SUBRULE3(this.text));
          });
          this.CONSUME(t.Close);
        },
      },
    ]);
    return { attribute, values };
  });

  private text = this.RULE("text", (): Named => {
    const token = this.CONSUME(t.Text);
    return this.ACTION(() => unquoted(token));
  });

  private window = this.RULE("window", (): WindowClause => {
    const start = this.CONSUME(t.Window);
    return this.OR([
      {
        ALT: (): WindowClause => {
          this.CONSUME(t.Last);
          const count = this.CONSUME(t.Number_);
          const unit = this.OR2([
            {
              ALT: () => {
                this.CONSUME(t.Weeks);
                return "weeks" as const;
              },
            },
            {
              ALT: () => {
                this.CONSUME(t.Days);
                return "days" as const;
              },
            },
          ]);
          const end = this.OPTION(() => {
            this.CONSUME(t.Ending);
            return this.SUBRULE(this.text);
          });
          const place = this.ACTION(() => spanning(placeOf(start), placeOf(count)));
          return { kind: "last", count: Number(count.image), unit, place, ...(end === undefined ? {} : { end }) };
        },
      },
      {
        ALT: (): WindowClause => {
          this.CONSUME(t.Between);
          const first = this.SUBRULE2(this.text);
          this.CONSUME(t.And);
          return { kind: "between", start: first, end: this.SUBRULE3(this.text) };
        },
      },
    ]);
  });

  private options = this.RULE("options", (): Option[] => {
    const all: Option[] = [];
    this.CONSUME(t.With);
    this.CONSUME(t.Open);
    all.push(this.SUBRULE(this.setting));
    this.MANY(() => {
      this.CONSUME(t.Comma);
      all.push(this.SUBRULE2(this.setting));
    });
    this.CONSUME(t.Close);
    return all;
  });

  private setting = this.RULE("setting", (): Option => {
    const name = this.SUBRULE(this.name);
    this.CONSUME(t.Equals);
    const value = this.OR([
      {
        ALT: () => {
          const token = this.CONSUME(t.Number_);
          return { ...named(token), isNumber: true };
        },
      },
      { ALT: () => ({ ...this.SUBRULE(this.text), isNumber: false }) },
    ]);
    return { name, value };
  });

  private comparison = this.RULE("comparison", (): Term => {
    const left = this.SUBRULE(this.sum);
    return (
      this.OPTION(() => {
        this.CONSUME(t.GreaterEqual);
        const right = this.SUBRULE2(this.sum);
        return this.ACTION(
          (): Term => ({ kind: "operation", op: ">=", args: [left, right], ...spanning(left, right) }),
        );
      }) ?? left
    );
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
        const args: Term[] = [this.SUBRULE(this.comparison)];
        this.MANY(() => {
          this.CONSUME(t.Comma);
          args.push(this.SUBRULE2(this.comparison));
        });
        const close = this.CONSUME(t.Close);
        return this.ACTION((): Term => ({ kind: "call", name, args, ...spanning(name, placeOf(close)) }));
      }) ?? ({ kind: "name", ...name } as Term)
    );
  });
}

/** One serves everybody: parsing is synchronous and the parser resets itself. */
export const selectParser = new SelectParser();
