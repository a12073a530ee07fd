// Writes docs/configuration.md: every field of the services' configurations, types, limits and what each is for from the schemas
// of src/cli/serve/schema.ts. test/cli/serve/reference.test.ts holds them together.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { registrarSchema } from "../src/cli/serve/registrar-config.ts";
import { coordinatorSchema, helperSchema } from "../src/cli/serve/schema.ts";

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const SOURCE = "src/cli/serve/schema.ts";
export const PAGE = "docs/configuration.md";

interface Json {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Json>>;
  readonly required?: readonly string[];
  readonly items?: Json;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly description?: string;
  readonly [limit: string]: unknown;
}

export interface Field {
  /** e.g. policy.rhoPerTask */
  readonly name: string;
  readonly type: string;
  /** "needed", or what holds without it. */
  readonly without: string;
  /** Empty where the schema says nothing about it. */
  readonly what: string;
}

const schemas = { coordinatorSchema, helperSchema, registrarSchema };

export function fieldsOf(name: keyof typeof schemas): readonly Field[] {
  const fields = (at: string, schema: Json): Field[] =>
    Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
      const full = at + key;
      const required = schema.required?.includes(key) === true;
      const without = required ? "needed" : field.default === undefined ? "may be left out" : shown(field.default);
      const own = { name: full, type: typeOf(field), without, what: field.description ?? "" };
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
  registrarSchema: {
    database: "registrar.sqlite",
    keys: "registrar.keys",
    listen: { port: 8443 },
    url: "https://registrar.example",
    coordinators: ["pinned.json"],
    accounts: { url: "https://app.example/introspect" },
  },
};

export function page(): string {
  const example = (name: keyof typeof examples) => `\`\`\`json\n${JSON.stringify(examples[name], null, 2)}\n\`\`\``;
  return `# Configuration of the services

\`paceline serve coordinator --config FILE\`, \`paceline serve helper --config FILE\` and, where there are masked rounds
([training.md](training.md)), \`paceline serve registrar --config FILE\` read one JSON document each. The whole
of it is checked before anything is opened, and every fault found is listed. The file holds tokens: nobody but its owner may
read it (\`chmod 600\`). A token has no spaces; \`openssl rand -base64 32\` makes one. Relative paths are from where the command runs.

\`paceline init helper\` and then \`paceline init coordinator\` write such a file with every field explained in it, fresh keys
and tokens; [examples/two-organisations](../examples/two-organisations/README.md) goes through it. A line that begins with
\`//\` is a comment, and a comma may stand behind the last field of an object.

By hand: each organisation runs \`paceline keys\` for its key file and sends the other what it prints (and apps pin both
signing keys), both agree on the token, both write their configuration, both start.

This page is generated from \`${SOURCE}\` (\`npm run configuration\`), and a test holds the two together.

## Coordinator

${example("coordinatorSchema")}

${table("coordinatorSchema")}

## Helper

${example("helperSchema")}

${table("helperSchema")}

## Registrar

${example("registrarSchema")}

${table("registrarSchema")}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(path(PAGE), page());
