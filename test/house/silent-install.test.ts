// What an install may print: npm's own account, and on an older Node that npm runs on it. Anything else is named.
import { expect, test } from "vitest";
import { noise } from "../../scripts/silent-install.mjs";

const plain = ["", "> paceline@0.1.0 prepare", "> node scripts/prepare.mjs", "added 323 packages in 40s"];
const engine = (name: string) => [
  "npm warn EBADENGINE Unsupported engine {",
  `npm warn EBADENGINE   package: '${name}@5.1.1',`,
  "npm warn EBADENGINE   required: { node: '^22.12.0 || ^24.0.0' },",
  "npm warn EBADENGINE   current: { node: 'v20.20.2', npm: '11.19.1' }",
  "npm warn EBADENGINE }",
];

test("npm's own lines pass, and on an older Node that it runs on one", () => {
  expect(noise(plain, 24)).toEqual([]);
  expect(noise([...plain, ...engine("vitest")], 20)).toEqual([]);
});

test.each([
  ["a build's warning", '[plugin dts] Entry "query/index.d.ts" still references private types', 20],
  ["a deprecation", "npm warn deprecated glob@7.2.3: no longer supported", 20],
  ["an engine, on the Node that everything runs on", engine("vitest")[0] as string, 24],
  ["an engine of a package that does not run on ours alone", engine("zod")[1] as string, 20],
])("%s is named", (_, line, major) => expect(noise([...plain, line], major)).toEqual([line]));
