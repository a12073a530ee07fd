#!/usr/bin/env node
// Plain JavaScript that old Nodes can parse too: finds a Node new enough, then hands over to the CLI in dist/.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const NODE_MAJOR_MIN = 24;
// From sysexits.h, as in docs/errors.md: something here is not set up.
const EXIT_CONFIG = 78;

/** @param {string} message */
function refuse(message) {
  process.stderr.write(`paceline: ${message}\n`);
  process.exitCode = EXIT_CONFIG;
}

/** What services and commands need and an app's client does not, where it was left out: name@version each. */
function missing() {
  const { optionalDependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return Object.entries(optionalDependencies)
    .filter(([name]) => !name.startsWith("@tensorflow/"))
    .filter(([name]) => {
      try {
        return !import.meta.resolve(name);
      } catch {
        return true;
      }
    })
    .map(([name, version]) => `${name}@${version}`);
}

if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR_MIN) {
  const cli = new URL("../dist/cli/start.js", import.meta.url);
  const lacking = missing();
  if (lacking.length > 0)
    refuse(`the commands need packages that this install left out; run: npm install ${lacking.join(" ")}`);
  else if (existsSync(cli)) {
    const { start } = await import(cli.href);
    process.exitCode = await start();
  } else refuse("dist/ is not built; run `npm run build` first");
} else {
  // A clone has its own Node among the development dependencies; an installed package has not.
  const own = fileURLToPath(new URL("../node_modules/node/bin/node", import.meta.url));
  if (existsSync(own)) {
    // Ctrl-C goes to both: the command decides when it ends.
    process.on("SIGINT", () => undefined);
    const run = spawnSync(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
    process.exitCode = run.status ?? 1;
  } else
    refuse(
      `needs Node ${NODE_MAJOR_MIN} or newer, this is ${process.version}; install one, ` +
        `or run: npx -p node@${NODE_MAJOR_MIN} -p paceline paceline …`,
    );
}
