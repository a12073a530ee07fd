// How the reader of a message runs things: from a clone by npm scripts, from an installed package by its command.
import { realpathSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export interface Invocation {
  /** Before the name and the options of a command: `npx paceline`. */
  readonly paceline: string;
  /** The demo, before its options. */
  readonly demo: string;
  /** Runs a file of the package's examples/. */
  example(name: string): string;
}

/** @param fromSource whether this code runs from the clone's sources */
export function invocation(fromSource = fileURLToPath(import.meta.url).endsWith(".ts")): Invocation {
  const top = fromSource
    ? fileURLToPath(new URL("../../", import.meta.url))
    : resolve(realpathSync(process.argv[1] ?? "."), "../..");
  const shown = (path: string) => {
    const near = relative(process.cwd(), path);
    return near.startsWith("..") ? path : near;
  };
  return {
    paceline: "npx paceline",
    demo: fromSource ? "npm run -s demo --" : "npx paceline demo",
    example: (name) =>
      `${fromSource ? "npx node --conditions=paceline-source" : "node"} ${shown(resolve(top, "examples", name))}`,
  };
}
