// Runs what README.md and docs/ show, as printed, the way a reader has it: the packed tarball is installed into an empty
// folder, `npx paceline demo --keep` runs there, and against its services every ```sh line runs in a shell of its own and
// every ```ts block as a module. What a block takes for granted (`store`, `pinned` …) is in scripts/readme/given.mjs.
// A ```json block after "to be saved as `NAME`" is that file. ```console blocks name files or machines of the reader's and are not
// run; ```text and other ```json are no programs.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fencesOf } from "./readme/fences.mjs";

/** Pages that share their services and so a week's budget, which has no room for all questions and all trainings. */
const ALL = [
  ["README.md", "docs/embedding.md", "docs/asking.md", "docs/importing.md", "docs/verifying.md"].concat([
    "docs/researching.md",
    "docs/testing.md",
    "docs/client.md",
  ]),
  ["docs/training.md", "docs/models.md", "docs/simulating.md"],
];
/** Those that are named: npm run readme -- docs/training.md */
const GROUPS = process.argv.length > 2 ? [process.argv.slice(2)] : ALL;
const COMMAND_MS_MAX = 300_000;
/** Getting the clone and its packages: whoever runs this has them. */
const LEFT_OUT = /^(git clone|cd|npm (ci|cit|install|i|test)|npm run (test|check)\S*)\b/;

const top = resolve(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "paceline-readme-"));
/** @type {string[]} */
const failed = [];
let ran = 0;

/** @param {string} command @param {string} cwd @param {NodeJS.ProcessEnv} env */
function shell(command, cwd, env = process.env) {
  return spawnSync("bash", ["-c", command], {
    cwd,
    env,
    stdio: ["ignore", "inherit", "inherit"],
    timeout: COMMAND_MS_MAX,
  }).status;
}

/** @param {string} name @param {number | null} status */
function judge(name, status) {
  ran += 1;
  if (status === 0) return;
  failed.push(name);
  console.error(`this fails (${status ?? "stopped"}): ${name}`);
}

/**
 * The tarball as a dependency of an empty project, without the large optional TensorFlow; the rest as `paceline` itself says
 * where it is missing.
 */
function install() {
  const packed = spawnSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], {
    cwd: top,
    encoding: "utf8",
  });
  const app = join(folder, "app");
  mkdirSync(app);
  writeFileSync(join(app, "package.json"), '{"name":"app","private":true,"type":"module"}\n');
  const tarball = join(folder, packed.stdout.trim());
  if (shell(`npm install --silent --no-audit --no-fund --omit=optional ${tarball}`, app) !== 0)
    throw new Error("the tarball cannot be installed");
  const { stderr } = spawnSync("npx", ["paceline", "--version"], { cwd: app, encoding: "utf8" });
  const line = /npm install .*/.exec(stderr)?.[0];
  if (line === undefined || shell(`${line} --silent --no-audit --no-fund --omit=optional`, app) !== 0)
    throw new Error(`what the commands need cannot be installed: ${stderr}`);
  cpSync(join(top, "scripts/readme/given.mjs"), join(app, "given.mjs"));
  // What a reader installs for docs/models.md; here it is the clone's.
  const tfjs = join(top, "node_modules/@tensorflow/tfjs");
  if (!existsSync(tfjs)) throw new Error("docs/models.md needs @tensorflow/tfjs: npm install");
  mkdirSync(join(app, "node_modules/@tensorflow"), { recursive: true });
  if (!existsSync(join(app, "node_modules/@tensorflow/tfjs")))
    symlinkSync(tfjs, join(app, "node_modules/@tensorflow/tfjs"));
  return app;
}

/** @param {string} app @returns {Promise<{ env: NodeJS.ProcessEnv, stop: () => void }>} */
function services(app) {
  const command = ["paceline", "demo", "--members", "70", "--json", "--keep"];
  const child = spawn("npx", command, { cwd: app, stdio: ["ignore", "ignore", "pipe"], detached: true });
  let said = "";
  return new Promise((found, lost) => {
    child.stderr.on("data", (/** @type {Buffer} */ text) => {
      said += text.toString();
      const [, TOKEN, URL] = /printf %s (\S+) \| npx paceline login (\S+) --token-stdin/.exec(said) ?? [];
      const [, pinned] = /embed\.mjs (\S+) \S+/.exec(said) ?? [];
      if (said.includes("--yes --wait") && pinned !== undefined)
        found({
          // Logins are kept apart from the reader's own.
          env: { ...process.env, URL, TOKEN, PINNED: pinned, XDG_CONFIG_HOME: join(folder, "config") },
          stop: () => process.kill(-(child.pid ?? 0), "SIGINT"),
        });
    });
    child.once("close", (code) => lost(new Error(`the demo ended with ${code} and had said: ${said}`)));
  });
}

/** @param {string} page @param {string} app @param {NodeJS.ProcessEnv} env */
function run(page, app, env) {
  // What one line exports, the next ones have.
  const exported = join(app, "exported.sh");
  writeFileSync(exported, "");
  let blocks = 0;
  for (const { tag, text, file } of fencesOf(readFileSync(join(top, page), "utf8"))) {
    if (file !== undefined) writeFileSync(join(app, file), text);
    if (tag === "ts") {
      const name = `${page.replaceAll(/\W/g, "-")}-${++blocks}.ts`;
      writeFileSync(join(app, name), text);
      console.log(`$ node ${name}\n${text}`);
      judge(
        `${page}, TypeScript block ${blocks}`,
        shell(`"${process.execPath}" --import ./given.mjs ${name}`, app, env),
      );
    }
    if (tag !== "sh") continue;
    const lines = text.replaceAll(/\\\n\s*/g, "").split("\n");
    for (const line of lines.map((one) => one.replace(/\s#\s.*$/, "").trim())) {
      if (line === "" || line.startsWith("#") || LEFT_OUT.test(line)) continue;
      console.log(`$ ${line}`);
      if (line.startsWith("export ")) writeFileSync(exported, `${readFileSync(exported, "utf8")}${line}\n`);
      // From the clone what the clone has, anything else where the package is installed.
      const cwd = line.startsWith("npm run") ? top : app;
      const command = `. "${exported}"; ${line.replace(/^curl /, "curl --fail-with-body ")}`;
      judge(`${page}: ${line}`, shell(command, cwd, env));
    }
  }
}

/** @type {(() => void) | undefined} */
let stop;
try {
  const app = install();
  for (const pages of GROUPS) {
    stop?.();
    const kept = await services(app);
    stop = kept.stop;
    for (const page of pages) run(page, app, kept.env);
  }
} finally {
  stop?.();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
for (const name of failed) console.error(`failed: ${name}`);
console.log(`${GROUPS.flat().join(", ")}: ${ran} examples, ${failed.length} failed`);
process.exit(ran > (GROUPS === ALL ? 10 : 0) && failed.length === 0 ? 0 : 1);
