// A configuration with every field in it: what was chosen as JSON, the rest as comments that show what holds without it.

/** What is read of a JSON Schema. */
export interface FieldSchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
}

const COLUMNS = 100;

/**
 * @param schema of an object
 * @param values the fields that are set, by name; nested as the schema is
 * @returns text that `withoutComments` makes JSON of: each line that is no comment, or becomes one, stands by itself
 */
export function commented(schema: FieldSchema, values: Readonly<Record<string, unknown>>): string {
  return ["{", ...fields(schema, values).map((line) => `  ${line}`), "}", ""].join("\n");
}

function fields(schema: FieldSchema, values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const what = wrapped(field.description ?? "").map((line) => `// ${line}`);
    const value = values[name];
    return value === undefined
      ? [...what, ...entry(name, field, suggestion(field)).map((line) => `// ${line}`)]
      : [...what, ...entry(name, field, value)];
  });
}

function entry(name: string, field: FieldSchema, value: unknown): string[] {
  const key = JSON.stringify(name);
  if (field.properties === undefined) return [`${key}: ${JSON.stringify(value)},`];
  const inner = fields(field, value as Readonly<Record<string, unknown>>);
  return [`${key}: {`, ...inner.map((line) => `  ${line}`), "},"];
}

/** What holds without the field; where nothing does, its shape. */
function suggestion(field: FieldSchema): unknown {
  const { properties, required = [] } = field;
  if (properties !== undefined)
    return Object.fromEntries(required.map((name) => [name, suggestion(properties[name] ?? {})]));
  if (field.default !== undefined) return field.default;
  if (field.enum !== undefined) return field.enum[0];
  return field.type === "number" || field.type === "integer" ? Math.ceil(field.minimum ?? 0) : "…";
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < COLUMNS) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
