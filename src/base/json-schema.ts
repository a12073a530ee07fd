// Schemas as JSON Schema 2020-12, for documents that describe an interface.
import type { Check, Definition, Schema } from "./schema-definition.ts";

type Json = { [name: string]: unknown };

/** Whose side is described: a sender may leave out or add what a reader does not mind. */
export type Side = "input" | "output";

/** @returns a document of its own */
export function toJsonSchema(schema: Schema, { io = "output" }: { readonly io?: Side } = {}): Json {
  const recursive = new Map<Schema, string>();
  const definitions: Json = {};

  function lazy(of: Schema): Json {
    const known = recursive.get(of);
    if (known !== undefined) return { $ref: `#/$defs/${known}` };
    const name = `recursive${recursive.size}`;
    recursive.set(of, name);
    definitions[name] = convert(of);
    return { $ref: `#/$defs/${name}` };
  }

  function convert({ definition, checks }: Schema): Json {
    return { ...ofDefinition(definition), ...Object.assign({}, ...checks.map((check) => ofCheck(check, definition))) };
  }

  function ofDefinition(definition: Definition): Json {
    switch (definition.type) {
      case "unknown":
        return {};
      case "boolean":
      case "string":
      case "number":
        return { type: definition.type };
      case "int":
        return { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
      case "literal":
        return { type: typeof definition.values[0], const: definition.values[0] };
      case "enum":
        return { type: "string", enum: definition.values };
      case "lazy":
        return lazy(definition.of());
      case "nullable":
        return { anyOf: [convert(definition.inner), { type: "null" }] };
      case "optional":
        return convert(definition.inner);
      case "union":
        return { [definition.by === undefined ? "anyOf" : "oneOf"]: definition.options.map(convert) };
      case "array":
        return { type: "array", items: convert(definition.item) };
      case "tuple":
        return {
          type: "array",
          prefixItems: definition.items.map(convert),
          minItems: definition.items.length,
          maxItems: definition.items.length,
        };
      case "record":
        return {
          type: "object",
          propertyNames: convert(definition.key),
          additionalProperties: convert(definition.value),
        };
      case "object":
        return ofObject(definition);
    }
  }

  function ofObject({ shape, rest }: Extract<Definition, { type: "object" }>): Json {
    const fields = Object.entries(shape);
    const required = fields.filter(([, { definition }]) => definition.type !== "optional").map(([name]) => name);
    const closed = rest === "strict" || (rest === "strip" && io === "output");
    return {
      type: "object",
      properties: Object.fromEntries(fields.map(([name, field]) => [name, convert(field)])),
      ...(required.length > 0 && { required }),
      ...(closed ? { additionalProperties: false } : rest === "keep" && { additionalProperties: {} }),
    };
  }

  const whole = convert(schema);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    ...whole,
    ...(recursive.size > 0 && { $defs: definitions }),
  };
}

function ofCheck(check: Check, { type }: Definition): Json {
  switch (check.kind) {
    case "least":
      return { minimum: check.value };
    case "most":
      return { maximum: check.value };
    case "above":
      return { exclusiveMinimum: check.value };
    case "below":
      return { exclusiveMaximum: check.value };
    case "minLength":
      return { [type === "array" ? "minItems" : "minLength"]: check.value };
    case "maxLength":
      return { [type === "array" ? "maxItems" : "maxLength"]: check.value };
    case "regex":
      return { pattern: check.pattern.source };
  }
}
