import { readFileSync } from "node:fs";

/** The package's version: package.json stands two levels above this file in the sources, one or two above in dist. */
function read(): string {
  for (const path of ["../../package.json", "../package.json"]) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
      if (name === "paceline") return version;
    } catch {
      // not at this level
    }
  }
  return "unknown";
}

export const version = read();
