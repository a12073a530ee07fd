// Turns the rooms table into dependency-cruiser's rules and runs it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cruise } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";
import { pathOf, pureRooms, rooms } from "./rooms.mjs";

/** @param {string} text */
const literal = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A pattern for the files of one room, without those that have a row of their own; or for one single file. @param {string} name */
function filesOf(name) {
  const path = literal(pathOf(name));
  if (name.endsWith(".ts")) return `^${path}$`;
  const inner = Object.keys(rooms)
    .filter((other) => other.startsWith(`${name}/`))
    .map((other) => literal(other.slice(name.length + 1)) + (other.endsWith(".ts") ? "$" : "/"));
  return inner.length === 0 ? `^${path}/` : `^${path}/(?!${inner.join("|")})`;
}

/** @param {string} name @param {import("./rooms.mjs").Room} room */
function targets(name, room) {
  const named = room.may.flatMap((may) => (may === "pure" ? pureRooms : [may]));
  const patterns = [name, ...named.filter((may) => may !== "*")].map(filesOf);
  if (room.may.includes("*")) patterns.push("^(src|workers|examples)/");
  for (const wanted of room.packages.filter((each) => !each.startsWith("node:")))
    patterns.push(wanted === "*" ? "(^|/)node_modules/" : `(^|/)node_modules/(@types/)?${literal(wanted)}/`);
  return patterns.join("|");
}

/** @param {string} name @param {import("./rooms.mjs").Room} room */
function allowedFor(name, room) {
  const from = { path: filesOf(name) };
  const modules = room.packages.filter((each) => each.startsWith("node:")).map((each) => each.slice(5));
  const any = modules.includes("*") || room.packages.includes("*");
  /** @type {import("dependency-cruiser").IAllowedRuleType[]} */
  const rules = [{ from, to: { path: targets(name, room), dependencyTypesNot: ["core"] } }];
  if (any) rules.push({ from, to: { dependencyTypes: ["core"] } });
  else if (modules.length > 0)
    rules.push({ from, to: { dependencyTypes: ["core"], path: `^(node:)?(${modules.map(literal).join("|")})$` } });
  return rules;
}

/** @type {import("dependency-cruiser").IFlattenedRuleSet} */
const ruleSet = {
  forbidden: [
    { name: "circular", severity: "error", from: {}, to: { circular: true } },
    { name: "unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  allowed: Object.entries(rooms).flatMap(([name, room]) => allowedFor(name, room)),
  allowedSeverity: "error",
};

/**
 * The modules under `root` and where they break the table. `root` needs package.json, tsconfig.json and node_modules.
 * @param {string} root
 */
export async function cruiseRooms(root) {
  const folders = ["src", "workers", "examples"].filter((folder) => existsSync(join(root, folder)));
  const { output } = await cruise(
    folders,
    {
      baseDir: root,
      validate: true,
      ruleSet,
      doNotFollow: { path: "node_modules" },
      exclude: { path: "\\.as\\.ts$" },
      // Imports of types count: they are what binds two rooms together.
      tsPreCompilationDeps: true,
      // Its list of Node's modules is older than node:sqlite. The type wants `override` too, which would replace the list.
      builtInModules: /** @type {{ override: string[], add: string[] }} */ ({ add: ["node:sqlite"] }),
    },
    {
      exportsFields: ["exports"],
      conditionNames: ["paceline-source", "import", "node", "default"],
      mainFields: ["module", "main"],
    },
    { tsConfig: extractTSConfig(join(root, "tsconfig.json")) },
  );
  if (typeof output === "string") throw new Error("dependency-cruiser answered text instead of a result");
  const own = output.modules.filter((module) => folders.some((folder) => module.source.startsWith(`${folder}/`)));
  const found = output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
  return {
    modules: own.map((module) => module.source),
    imports: own.reduce((sum, module) => sum + module.dependencies.length, 0),
    // What does not resolve lies in no room either: once is enough.
    violations: found.filter(
      (one) =>
        one.rule !== "not-in-allowed" ||
        !found.some((two) => two.rule === "unresolvable" && two.from === one.from && two.to === one.to),
    ),
  };
}
