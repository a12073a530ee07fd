// After tsup: what dist/ holds of other packages is complete and credited. The code of zod/mini, comlink, fflate and noble is
// bundled, so that an app installs one package; zod's declarations, which ours speak of, are laid beside ours; their
// licences go into one file.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const BUNDLED = ["@noble/ciphers", "@noble/curves", "@noble/hashes", "comlink", "fflate", "zod"];
const DECLARATIONS = "dist/vendor/zod";
const IMPORT = /(from |import\()(["'])([^"']+)\2/g;

/** @type {Set<string>} */
const laid = new Set();

/** Copies a declaration file and all that it speaks of. @param {string} path inside zod, without extension */
function lay(path) {
  if (laid.has(path)) return;
  laid.add(path);
  const source = join("node_modules/zod", `${path}.d.ts`);
  const target = join(DECLARATIONS, `${path}.d.ts`);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, target);
  for (const [, , , name] of readFileSync(source, "utf8").matchAll(IMPORT))
    if (name?.startsWith(".")) lay(join(dirname(path), name.replace(/\.js$/, "")));
}

/** @param {string} folder @returns {string[]} */
const declarationsIn = (folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".d.ts") && !name.startsWith("vendor"))
    .map((name) => join(folder, name));

for (const file of declarationsIn("dist")) {
  const text = readFileSync(file, "utf8");
  const mended = text.replace(/(["'])zod\/mini\1/g, () => {
    lay("mini/index");
    const way = relative(dirname(file), join(DECLARATIONS, "mini/index.js"));
    return `'${way.startsWith(".") ? way : `./${way}`}'`;
  });
  if (mended !== text) writeFileSync(file, mended);
}

const TERMS_END = "END OF TERMS AND CONDITIONS";
/** @param {string} text */
const termsOf = (text) => text.slice(0, Math.max(0, text.indexOf(TERMS_END))).replaceAll(/\s+/g, " ");

/** Terms that are this package's own are not said twice: who holds the rights and gives the licence is. @param {string} licence */
function onceOnly(licence) {
  const own = termsOf(readFileSync("LICENSE", "utf8"));
  const given = licence.search(/^ *Copyright /m);
  if (own === "" || termsOf(licence).trim() !== own.trim() || given < licence.indexOf(TERMS_END)) return licence;
  return `${licence.slice(given)}\n\nThe whole text of that licence is this package's LICENSE.`;
}

const notices = BUNDLED.map((name) => {
  const folder = resolve("node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = ["LICENSE", "LICENSE.md", "license"].map((each) => join(folder, each)).find(existsSync);
  if (file === undefined) throw new Error(`${name} has no licence file to pass on`);
  return `${name} ${version} (${license})\n\n${onceOnly(readFileSync(file, "utf8").trim())}\n`;
});
writeFileSync(
  "dist/THIRD-PARTY-NOTICES.txt",
  `Parts of these packages are inside the files of this folder.\n\n${notices.join(`\n${"-".repeat(80)}\n\n`)}`,
);
