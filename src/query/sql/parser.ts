// SELECT items FROM table [WHERE …] [GROUP BY …] [WINDOW …] [WITH (…)], by chevrotain; nothing else of SQL.
import { named, placeOf, spanning, TermParser } from "./terms.ts";
import * as t from "./tokens.ts";
import type { Condition, Grouping, Named, Option, Statement, Term, WindowClause } from "./tree.ts";

class SelectParser extends TermParser {
  constructor() {
    super();
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
    const groupBy: Grouping[] = [];
    this.OPTION2(() => {
      this.CONSUME(t.GroupBy);
      groupBy.push(this.SUBRULE(this.grouping));
      this.MANY3(() => {
        this.CONSUME2(t.Comma);
        groupBy.push(this.SUBRULE2(this.grouping));
      });
    });
    const window = this.OPTION3(() => this.SUBRULE(this.window));
    const options: Option[] = this.OPTION4(() => this.SUBRULE(this.options)) ?? [];
    this.OPTION5(() => this.CONSUME(t.Semicolon));
    return { items, table, where, groupBy, options, ...(window === undefined ? {} : { window }) };
  });

  private grouping = this.RULE(
    "grouping",
    (): Grouping =>
      this.OR([
        { ALT: () => this.SUBRULE(this.name) },
        {
          ALT: (): Grouping => {
            const count = this.OPTION(() => this.CONSUME(t.Number_));
            const unit = this.OR2([{ ALT: () => this.CONSUME(t.Weeks) }, { ALT: () => this.CONSUME(t.Days) }]);
            return this.ACTION((): Grouping => {
              const place = count === undefined ? placeOf(unit) : spanning(placeOf(count), placeOf(unit));
              return { ...place, days: (unit.tokenType === t.Weeks ? 7 : 1) * Number(count?.image ?? 1) };
            });
          },
        },
      ]),
  );

  private condition = this.RULE("condition", (): Condition => {
    const term = this.SUBRULE(this.comparison);
    const values: Named[] = [];
    this.OPTION(() =>
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
      ]),
    );
    return { term, values };
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
}

/** One serves everybody: parsing is synchronous and the parser resets itself. */
export const selectParser = new SelectParser();
