// What an app gets that installs the packed tarball for its client alone: few packages, few bytes, and every browser entry
// imports in a bare Node without anything else installed.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const PACKAGES_MAX = 4;
const BYTES_MAX = 3_000_000;
const ENTRIES = [
  "paceline/client",
  "paceline/report",
  "paceline/report/kernels",
  "paceline/react-native",
  "paceline/testing",
  "paceline/verify",
  "paceline/platform/web",
];

const tarball = readdirSync(".pack").find((name) => name.endsWith(".tgz"));
if (tarball === undefined) throw new Error("no tarball in .pack; run `npm run pack`");
const folder = mkdtempSync(join(tmpdir(), "paceline-lean-"));
/** @type {string[]} */
const problems = [];
try {
  writeFileSync(join(folder, "package.json"), '{"name":"app","private":true,"type":"module"}\n');
  /** @param {string} command @param {string[]} args */
  const run = (command, ...args) => spawnSync(command, args, { cwd: folder, encoding: "utf8" });
  const install = run("npm", "install", "--omit=optional", "--no-audit", "--no-fund", resolve(".pack", tarball));
  if (install.status !== 0) throw new Error(`the tarball cannot be installed: ${install.stderr}`);
  const modules = join(folder, "node_modules");
  const packages = Object.keys(JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8")).packages);
  const bytes = readdirSync(modules, { recursive: true, encoding: "utf8" })
    .map((name) => statSync(join(modules, name)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
  console.log(`an app's install: ${packages.length} packages, ${bytes} B of ${BYTES_MAX} B`);
  if (packages.length > PACKAGES_MAX) problems.push(`${packages.length} packages: ${packages.join(", ")}`);
  if (bytes > BYTES_MAX) problems.push(`${bytes} B is more than ${BYTES_MAX} B`);
  for (const entry of ENTRIES) {
    const { status, stderr } = run(process.execPath, "-e", `await import(${JSON.stringify(entry)})`);
    if (status !== 0) problems.push(`${entry} does not import alone: ${stderr}`);
  }
  const { status, stderr } = run(process.execPath, "node_modules/paceline/bin/paceline.js", "--version");
  if (status !== 78 || !stderr.includes("npm install "))
    problems.push(`paceline does not say what it lacks: ${stderr}`);
  const { optionalDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
  for (const name of Object.keys(optionalDependencies).filter((each) => !existsSync(join(modules, each)))) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(resolve("node_modules", name), join(modules, name));
  }
  const page = run(process.execPath, "node_modules/paceline/bin/paceline.js", "playground", "--out", "page", "--json");
  const written = existsSync(join(folder, "page")) ? readdirSync(join(folder, "page"), { encoding: "utf8" }) : [];
  if (page.status !== 0 || !written.includes("index.html") || JSON.parse(page.stdout).files < 10)
    problems.push(`the playground is not in the package: ${page.stderr}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
