// Writes docs/configuration.md: every field of the services' configurations, types and limits from the schemas of
// src/cli/serve/config.ts and what each is for from the comments there. test/cli/serve/reference.test.ts holds them together.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import * as z from "zod";
import { coordinatorSchema, helperSchema } from "../src/cli/serve/config.ts";

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const SOURCE = "src/cli/serve/config.ts";
export const PAGE = "docs/configuration.md";

interface Json {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Json>>;
  readonly required?: readonly string[];
  readonly items?: Json;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly [limit: string]: unknown;
}

export interface Field {
  /** e.g. policy.rhoPerTask */
  readonly name: string;
  readonly type: string;
  /** "needed", or what holds without it. */
  readonly without: string;
  /** Empty where config.ts has no comment. */
  readonly what: string;
}

const schemas = { coordinatorSchema, helperSchema };

export function fieldsOf(name: keyof typeof schemas): readonly Field[] {
  const comments = commentsIn(readFileSync(path(SOURCE), "utf8"), name);
  const fields = (at: string, schema: Json): Field[] =>
    Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
      const full = at + key;
      const required = schema.required?.includes(key) === true;
      const without = required ? "needed" : field.default === undefined ? "may be left out" : shown(field.default);
      const own = { name: full, type: typeOf(field), without, what: comments.get(full) ?? "" };
      return [own, ...fields(`${full}.`, field)];
    });
  return fields("", z.toJSONSchema(schemas[name], { io: "input" }) as Json);
}

const shown = (value: unknown) => `\`${JSON.stringify(value)}\``;

function typeOf(field: Json): string {
  if (field.enum !== undefined) return field.enum.map((one) => `\`"${one}"\``).join(" or ");
  if (field.type === "array") return `list of ${field.items?.enum === undefined ? "texts" : typeOf(field.items)}`;
  if (field.type === "object") return "object";
  if (field.type === "string") {
    const { minLength, maxLength } = field;
    return minLength === undefined || minLength === 1 ? "text" : `text, ${minLength} to ${maxLength} characters`;
  }
  if (field.type !== "integer" && field.type !== "number") return field.type === "boolean" ? "true or false" : "text";
  const number = (limit: unknown) => String(Number.isInteger(limit) ? limit : Number(Number(limit).toPrecision(3)));
  return `${field.type === "integer" ? "whole number" : "number"}, ${number(field.minimum)} to ${number(field.maximum)}`;
}

/** The comments of a schema's fields by their paths. */
function commentsIn(text: string, schema: string): ReadonlyMap<string, string> {
  const source = ts.createSourceFile(SOURCE, text, ts.ScriptTarget.ES2024, true);
  const constants = new Map<string, ts.Expression>();
  for (const node of source.statements)
    if (ts.isVariableStatement(node))
      for (const { name, initializer } of node.declarationList.declarations)
        if (initializer !== undefined) constants.set(name.getText(source), initializer);
  const found = new Map<string, string>();
  const read = (at: string, expression: ts.Expression | undefined): void => {
    if (expression === undefined) return;
    if (ts.isIdentifier(expression)) read(at, constants.get(expression.text));
    if (ts.isCallExpression(expression)) {
      read(at, expression.arguments.find(ts.isObjectLiteralExpression));
      // What comes after an object, such as its default, is a call of a method.
      if (ts.isPropertyAccessExpression(expression.expression)) read(at, expression.expression.expression);
    }
    if (!ts.isObjectLiteralExpression(expression)) return;
    for (const property of expression.properties) {
      if (ts.isSpreadAssignment(property)) read(at, property.expression);
      else {
        const name = at + (property.name?.getText(source) ?? "");
        const comment = (ts.getLeadingCommentRanges(text, property.getFullStart()) ?? []).at(-1);
        const words = comment === undefined ? "" : text.slice(comment.pos, comment.end);
        if (words.startsWith("/**")) found.set(name, words.replaceAll(/^\/\*\*\s*|\s*\*\/$|\n\s*\*/g, "").trim());
        read(
          `${name}.`,
          ts.isPropertyAssignment(property)
            ? property.initializer
            : constants.get(property.name?.getText(source) ?? ""),
        );
      }
    }
  };
  read("", constants.get(schema));
  return found;
}

const table = (name: keyof typeof schemas) =>
  [
    "| field | type | without it | what |",
    "|---|---|---|---|",
    ...fieldsOf(name).map(({ name, type, without, what }) => `| \`${name}\` | ${type} | ${without} | ${what} |`),
  ].join("\n");

const publicHalf = { signingKey: "…", hpke: "…" };

/** The least a service needs; where a value is "…", what `paceline keys` prints on the other machine. */
export const examples = {
  coordinatorSchema: {
    database: "coordinator.sqlite",
    keys: "coordinator.keys",
    listen: { port: 8443 },
    url: "https://stats.example",
    analystToken: "known-to-analysts-and-this-service",
    helper: { url: "https://helper.example", token: "known-to-the-two-services-alone", ...publicHalf },
    minBatchFloor: 50,
  },
  helperSchema: {
    database: "helper.sqlite",
    keys: "helper.keys",
    listen: { port: 8443 },
    url: "https://helper.example",
    leaderUrl: "https://stats.example",
    leaderToken: "known-to-the-two-services-alone",
    policy: {
      purposes: ["service-improvement"],
      metrics: ["rhr", "sleep", "steps"],
      training: false,
      minBatchFloor: 50,
    },
  },
};

export function page(): string {
  const example = (name: keyof typeof examples) => `\`\`\`json\n${JSON.stringify(examples[name], null, 2)}\n\`\`\``;
  return `# Configuration of the two services

\`paceline serve coordinator --config FILE\` and \`paceline serve helper --config FILE\` read one JSON document each. The whole
of it is checked before anything is opened, and every fault found is listed. The file holds tokens: nobody but its owner may
read it (\`chmod 600\`). A token has no spaces; \`openssl rand -base64 32\` makes one. Relative paths are from where the command runs.

The order that works: each organisation runs \`paceline keys\` for its key file and sends the other what it prints (and apps pin
both signing keys), both agree on the token, both write their configuration, both start.

This page is generated from \`${SOURCE}\` (\`npm run configuration\`), and a test holds the two together.

## Coordinator

${example("coordinatorSchema")}

${table("coordinatorSchema")}

## Helper

${example("helperSchema")}

${table("helperSchema")}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(path(PAGE), page());
