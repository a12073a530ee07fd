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
  | ({ readonly kind: "operation"; readonly op: "+" | "-" | "*" | "/" | ">="; readonly args: readonly Term[] } & Place)
  | ({ readonly kind: "call"; readonly name: Named; readonly args: readonly Term[] } & Place);

export interface Condition {
  readonly attribute: Named;
  readonly values: readonly Named[];
}

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
  readonly groupBy: readonly Named[];
  readonly window?: WindowClause;
  readonly options: readonly Option[];
}
