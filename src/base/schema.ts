// Schemas of documents that come from outside, as data with one interpreter: a device carries the schemas of whole manifests, and
// every kilobyte of a library would be on every page. The names and meanings are those of zod/mini, as far as they go.

import { type Check, type Definition, type Rest, Schema, type Shape } from "./schema-definition.ts";

export { safeParse } from "./schema-read.ts";
export { Schema };

class OptionalSchema<out T> extends Schema<T | undefined> {
  declare readonly mayBeAbsent: true;
}

class ObjectSchema<out S extends Shape, out T = ObjectOf<S>> extends Schema<T> {
  readonly shape: S;
  constructor(shape: S, rest: Rest) {
    super({ type: "object", shape, rest });
    this.shape = shape;
  }
}

export type Infer<S> = S extends Schema<infer T> ? T : never;
type Absent<S> = { [K in keyof S]: S[K] extends OptionalSchema<unknown> ? K : never }[keyof S];
type Flat<T> = { [K in keyof T]: T[K] };
type ObjectOf<S> = Flat<
  { -readonly [K in Exclude<keyof S, Absent<S>>]: Infer<S[K]> } & { -readonly [K in Absent<S>]?: Infer<S[K]> }
>;
type TupleOf<S extends readonly Schema[]> = { -readonly [K in keyof S]: Infer<S[K]> };

export type { Infer as infer };

/* @__NO_SIDE_EFFECTS__ */
function plain<T>(type: "unknown" | "boolean" | "string" | "number" | "int"): Schema<T> {
  return new Schema<T>({ type });
}
/* @__NO_SIDE_EFFECTS__ */
export function unknown(): Schema<unknown> {
  return plain("unknown");
}
/* @__NO_SIDE_EFFECTS__ */
export function boolean(): Schema<boolean> {
  return plain("boolean");
}
/* @__NO_SIDE_EFFECTS__ */
export function string(): Schema<string> {
  return plain("string");
}
/** A finite number. */
/* @__NO_SIDE_EFFECTS__ */
export function number(): Schema<number> {
  return plain("number");
}
/** A whole number that a double holds exactly. */
/* @__NO_SIDE_EFFECTS__ */
export function int(): Schema<number> {
  return plain("int");
}
/* @__NO_SIDE_EFFECTS__ */
export function literal<const T extends string | number>(value: T): Schema<T> {
  return new Schema<T>({ type: "literal", values: [value] });
}
/* @__NO_SIDE_EFFECTS__ */
function enumOf<const T extends readonly string[]>(values: T): Schema<T[number]> {
  return new Schema<T[number]>({ type: "enum", values });
}

export { enumOf as enum };
/* @__NO_SIDE_EFFECTS__ */
export function array<S extends Schema>(item: S): Schema<Infer<S>[]> {
  return new Schema<Infer<S>[]>({ type: "array", item });
}
/* @__NO_SIDE_EFFECTS__ */
export function tuple<const S extends readonly Schema[]>(items: S): Schema<TupleOf<S>> {
  return new Schema<TupleOf<S>>({ type: "tuple", items });
}
/* @__NO_SIDE_EFFECTS__ */
export function record<S extends Schema>(key: Schema<string>, value: S): Schema<Record<string, Infer<S>>> {
  return new Schema<Record<string, Infer<S>>>({ type: "record", key, value });
}
/* @__NO_SIDE_EFFECTS__ */
export function strictObject<const S extends Shape>(shape: S): ObjectSchema<S> {
  return new ObjectSchema<S>(shape, "strict");
}
/* @__NO_SIDE_EFFECTS__ */
export function object<const S extends Shape>(shape: S): ObjectSchema<S> {
  return new ObjectSchema<S>(shape, "strip");
}
/* @__NO_SIDE_EFFECTS__ */
export function looseObject<const S extends Shape>(shape: S): ObjectSchema<S, ObjectOf<S> & Record<string, unknown>> {
  return new ObjectSchema<S, ObjectOf<S> & Record<string, unknown>>(shape, "keep");
}
/** The same object with further fields. */
/* @__NO_SIDE_EFFECTS__ */
export function extend<S extends Shape, const M extends Shape>(
  { shape, definition }: ObjectSchema<S, unknown>,
  more: M,
): ObjectSchema<Omit<S, keyof M> & M> {
  const { rest } = definition as Extract<Definition, { type: "object" }>;
  return new ObjectSchema<Omit<S, keyof M> & M>({ ...shape, ...more }, rest);
}
/* @__NO_SIDE_EFFECTS__ */
export function union<const S extends readonly Schema[]>(options: S): Schema<Infer<S[number]>> {
  return new Schema<Infer<S[number]>>({ type: "union", options });
}
/** Of objects, each with a literal of its own in the field `by`. */
/* @__NO_SIDE_EFFECTS__ */
export function discriminatedUnion<const S extends readonly ObjectSchema<Shape, unknown>[]>(
  by: string,
  options: S,
): Schema<Infer<S[number]>> {
  return new Schema<Infer<S[number]>>({ type: "union", options, by });
}
/* @__NO_SIDE_EFFECTS__ */
export function nullable<S extends Schema>(inner: S): Schema<Infer<S> | null> {
  return new Schema<Infer<S> | null>({ type: "nullable", inner });
}
/* @__NO_SIDE_EFFECTS__ */
export function optional<S extends Schema>(inner: S): OptionalSchema<Infer<S>> {
  return new OptionalSchema<Infer<S>>({ type: "optional", inner });
}
/* @__NO_SIDE_EFFECTS__ */
export function lazy<T>(of: () => Schema<T>): Schema<T> {
  return new Schema<T>({ type: "lazy", of });
}

export const gte = (value: number): Check => ({ kind: "least", value });
export const lte = (value: number): Check => ({ kind: "most", value });
export const gt = (value: number): Check => ({ kind: "above", value });
export const lt = (value: number): Check => ({ kind: "below", value });
export const minLength = (value: number): Check => ({ kind: "minLength", value });
export const maxLength = (value: number): Check => ({ kind: "maxLength", value });
export const regex = (pattern: RegExp): Check => ({ kind: "regex", pattern });
