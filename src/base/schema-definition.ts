// What a schema is: data.

export type Check =
  | { readonly kind: "least" | "most" | "above" | "below" | "minLength" | "maxLength"; readonly value: number }
  | { readonly kind: "regex"; readonly pattern: RegExp };

/** Extra fields of an object: an error, left out, or kept. */
export type Rest = "strict" | "strip" | "keep";

export type Shape = Readonly<Record<string, Schema>>;

export type Definition =
  | { readonly type: "unknown" | "boolean" | "string" | "number" | "int" }
  | { readonly type: "literal" | "enum"; readonly values: readonly (string | number)[] }
  | { readonly type: "array"; readonly item: Schema }
  | { readonly type: "tuple"; readonly items: readonly Schema[] }
  | { readonly type: "record"; readonly key: Schema; readonly value: Schema }
  | { readonly type: "object"; readonly shape: Shape; readonly rest: Rest }
  | { readonly type: "union"; readonly options: readonly Schema[]; readonly by?: string }
  | { readonly type: "nullable" | "optional"; readonly inner: Schema }
  | { readonly type: "lazy"; readonly of: () => Schema };

/** What a value must be to be a `T`. */
export class Schema<out T = unknown> {
  /** The type alone: no such field is ever there. */
  declare readonly "~output": T;
  readonly definition: Definition;
  readonly checks: readonly Check[];
  constructor(definition: Definition, checks: readonly Check[] = []) {
    this.definition = definition;
    this.checks = checks;
  }

  /** The same with further conditions. */
  check(...more: readonly Check[]): Schema<T> {
    return new Schema<T>(this.definition, [...this.checks, ...more]);
  }
}
