// What a SELECT is made of, with the place of each part in the text.

export interface Place {
  /** Characters from the start of the text. */
  readonly offset: number;
  readonly length: number;
}

export interface Named extends Place {
  readonly text: string;
}

/** An argument: arithmetic over names and numbers, or a call. */
export type Term =
  | ({ readonly kind: "name"; readonly text: string } & Place)
  | ({ readonly kind: "number"; readonly value: number } & Place)
  | ({ readonly kind: "star" } & Place)
  | ({
      readonly kind: "operation";
      readonly op: "+" | "-" | "*" | "/" | ">=" | "<" | "and";
      readonly args: readonly Term[];
    } & Place)
  /** What CHANGE takes: a measure and the day that divides it. */
  | ({ readonly kind: "since"; readonly of: Term; readonly day: Named } & Place)
  | ({ readonly kind: "call"; readonly name: Named; readonly args: readonly Term[] } & Place);

/** An attribute with some of its values, or a comparison without any. */
export interface Condition {
  readonly term: Term;
  readonly values: readonly Named[];
}

/** A key, or a period of so many days. */
export type Grouping = Named | (Place & { readonly days: number });

export type WindowClause =
  | {
      readonly kind: "last";
      readonly count: number;
      readonly unit: "weeks" | "days";
      readonly end?: Named;
      readonly place: Place;
    }
  | { readonly kind: "between"; readonly start: Named; readonly end: Named };

export interface Option {
  readonly name: Named;
  /** As written, without quotes. */
  readonly value: Named & { readonly isNumber: boolean };
}

export interface Statement {
  readonly items: readonly Term[];
  readonly table: Named;
  readonly where: readonly Condition[];
  readonly groupBy: readonly Grouping[];
  readonly window?: WindowClause;
  readonly options: readonly Option[];
}
