// Writes src/privacy/mechanisms/README.md from table.json beside it: each mechanism with its theorem, its tests and its
// event. test/house/mechanisms.test.ts holds the page, the table, the folders and the tests together.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** @typedef {{ file: string, test: string, case: string }} NamedTest file from the top; the title as written there; what in the file makes the case */
/**
 * @typedef {{ mechanism: string, folder: string, event: string, trust: string, relation: string, norm: string,
 *   theorem: string, enumeration: NamedTest[], chiSquared: NamedTest }} Row
 */

const folder = new URL("../src/privacy/mechanisms/", import.meta.url);

/** @returns {Row[]} */
export const readTable = () => JSON.parse(readFileSync(new URL("table.json", folder), "utf8"));

/** @param {NamedTest} test */
const link = ({ file, test }) => `[${test.replaceAll("|", "\\|")}](../../../${file})`;

/** @param {readonly Row[]} rows */
export function page(rows) {
  const lines = rows.map((row) => {
    const cells = [
      `[${row.mechanism}](${row.folder}/PROOF.md)`,
      row.theorem,
      row.relation,
      row.norm,
      row.trust.replaceAll("|", "\\|"),
      row.enumeration.map(link).join("; "),
      link(row.chiSquared),
      `\`${row.event}\``,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return `# Mechanisms

One folder each: the mechanism, and its proof. Written by \`node scripts/mechanisms.mjs\` from [table.json](table.json); a
mechanism that lacks a theorem, a test or an event fails \`npm test\`. "Distributed" mechanisms add noise to shares and never see a
true value; the others need someone who does, and say so in their type.

| mechanism | theorem | neighbouring relation | sensitivity | trust | exact enumeration | χ² | accountant event |
|---|---|---|---|---|---|---|---|
${lines.join("\n")}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(new URL("README.md", folder), page(readTable()));
