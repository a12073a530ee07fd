// Reads a value by a schema: what fits, without what is left out, or the first thing that is wrong.
import type { Check, Definition, Schema } from "./schema-definition.ts";

/** The first thing that is wrong, and where; never a value. */
export interface Issue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export type Parsed<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly error: { readonly issues: readonly [Issue] } };

/** @param value of JSON: a tree without cycles */
export function safeParse<T>(schema: Schema<T>, value: unknown): Parsed<T> {
  const issue: Found = {};
  const data = read(schema, value, issue) as T;
  return issue.message === undefined
    ? { success: true, data }
    : { success: false, error: { issues: [{ path: (issue.path ?? []).reverse(), message: issue.message }] } };
}

/** Where reading stands: a message once something is wrong; its path is filled in on the way back, innermost first. */
interface Found {
  message?: string;
  path?: (string | number)[];
}

function wrong(found: Found, message: string): undefined {
  found.message = message;
  found.path = [];
  return undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @returns the value, without what is left out; what it gives counts only when `found` has no message */
function read(schema: Schema, value: unknown, found: Found): unknown {
  const { definition, checks } = schema;
  const data = readPlain(definition, value, found);
  if (found.message === undefined)
    for (const check of checks) if (!holds(check, data)) return wrong(found, says(check));
  return data;
}

function readPlain(definition: Definition, value: unknown, found: Found): unknown {
  switch (definition.type) {
    case "unknown":
      return value;
    case "boolean":
    case "string":
      return typeof value === definition.type ? value : wrong(found, `must be a ${definition.type}`);
    case "number":
      return Number.isFinite(value) ? value : wrong(found, "must be a finite number");
    case "int":
      return Number.isSafeInteger(value) ? value : wrong(found, "must be a whole number");
    case "literal":
    case "enum":
      if ((definition.values as readonly unknown[]).includes(value)) return value;
      return wrong(found, `must be ${definition.values.join(", ")}`.replace(/, (?=[^,]*$)/, " or "));
    case "lazy":
      return read(definition.of(), value, found);
    case "nullable":
      return value === null ? value : read(definition.inner, value, found);
    case "optional":
      return value === undefined ? value : read(definition.inner, value, found);
    case "union":
      return readUnion(definition, value, found);
    case "array":
    case "tuple":
      return readList(definition, value, found);
    case "record":
    case "object":
      return isRecord(value) ? readFields(definition, value, found) : wrong(found, "must be an object");
  }
}

function readUnion({ options, by }: Extract<Definition, { type: "union" }>, value: unknown, found: Found): unknown {
  if (by !== undefined) {
    if (!isRecord(value)) return wrong(found, "must be an object");
    const kind = value[by];
    for (const option of options) {
      if (literalsOf(option, by).includes(kind)) return read(option, value, found);
    }
    wrong(found, "is none of those that are known");
    found.path = [by];
    return undefined;
  }
  for (const option of options) {
    const own: Found = {};
    const data = read(option, value, own);
    if (own.message === undefined) return data;
  }
  return wrong(found, "is none of those that are known");
}

function literalsOf({ definition }: Schema, field: string): readonly unknown[] {
  const of = definition.type === "object" ? definition.shape[field]?.definition : undefined;
  return of?.type === "literal" || of?.type === "enum" ? of.values : [];
}

function readList(definition: Extract<Definition, { type: "array" | "tuple" }>, value: unknown, found: Found): unknown {
  if (!Array.isArray(value)) return wrong(found, "must be an array");
  const items = definition.type === "tuple" ? definition.items : undefined;
  if (items !== undefined && value.length !== items.length) return wrong(found, `must have ${items.length} items`);
  const out: unknown[] = [];
  for (const [i, each] of value.entries()) {
    out.push(read(definition.type === "tuple" ? (definition.items[i] as Schema) : definition.item, each, found));
    if (found.message !== undefined) {
      found.path?.push(i);
      return undefined;
    }
  }
  return out;
}

function readFields(
  definition: Extract<Definition, { type: "record" | "object" }>,
  value: Record<string, unknown>,
  found: Found,
): unknown {
  const shape = definition.type === "object" ? definition.shape : undefined;
  const out: [string, unknown][] = [];
  const take = (name: string, schema: Schema) => {
    if (!Object.hasOwn(value, name)) {
      if (schema.definition.type !== "optional") wrong(found, "is missing");
    } else out.push([name, read(schema, value[name], found)]);
    if (found.message !== undefined) found.path?.push(name);
    return found.message === undefined;
  };
  for (const name in shape) if (!take(name, shape[name] as Schema)) return undefined;
  for (const name of Object.keys(value)) {
    if (shape !== undefined && Object.hasOwn(shape, name)) continue;
    if (definition.type === "record") {
      if (safeParse(definition.key, name).success) take(name, definition.value);
      else wrong(found, "has a key that is none");
    } else if (definition.rest === "keep") out.push([name, value[name]]);
    else if (definition.rest === "strict")
      wrong(found, `has a field ${JSON.stringify(name.slice(0, 40))} that nobody knows`);
    if (found.message !== undefined) return undefined;
  }
  // Own fields, whatever they are called.
  return Object.fromEntries(out);
}

function holds(check: Check, data: unknown): boolean {
  switch (check.kind) {
    case "least":
      return (data as number) >= check.value;
    case "most":
      return (data as number) <= check.value;
    case "above":
      return (data as number) > check.value;
    case "below":
      return (data as number) < check.value;
    case "minLength":
      return (data as string).length >= check.value;
    case "maxLength":
      return (data as string).length <= check.value;
    case "regex":
      return check.pattern.test(data as string);
  }
}

function says(check: Check): string {
  switch (check.kind) {
    case "regex":
      return "has another form";
    case "minLength":
    case "maxLength":
      return `must have ${check.kind === "minLength" ? "at least" : "at most"} ${check.value} characters or items`;
    default:
      return `must be ${{ least: "at least", most: "at most", above: "above", below: "below" }[check.kind]} ${check.value}`;
  }
}
