// Runs the commands README.md shows, so that they stay true: every line of its ```sh blocks, in order, each in a shell
// of its own at the top of the repository. Getting the clone and its packages is left out: whoever runs this has them.
// Blocks marked otherwise (```console, ```text) are not run.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const COMMAND_MS_MAX = 300_000;
const LEFT_OUT = /^(git clone|cd|npm (ci|cit|install|i|test)|npm run (test|check)\S*)\b/;

const readme = readFileSync("README.md", "utf8");
const commands = Array.from(readme.matchAll(/^```sh\n(.*?)^```/gms), ([, block]) => block ?? "")
  .flatMap((block) => block.replaceAll(/\\\n\s*/g, "").split("\n"))
  .map((line) => line.replace(/\s#\s.*$/, "").trim())
  .filter((line) => line !== "" && !line.startsWith("#") && !LEFT_OUT.test(line));

let failed = 0;
for (const command of commands) {
  console.log(`$ ${command}`);
  const { status } = spawnSync("bash", ["-c", command], {
    stdio: ["ignore", "inherit", "inherit"],
    timeout: COMMAND_MS_MAX,
  });
  if (status === 0) continue;
  failed += 1;
  console.error(`README.md: this command fails (${status ?? "stopped"}): ${command}`);
}
if (commands.length === 0) console.error("README.md shows no command in a ```sh block");
console.log(`README.md: ${commands.length} commands, ${failed} failed`);
process.exitCode = commands.length > 0 && failed === 0 ? 0 : 1;
