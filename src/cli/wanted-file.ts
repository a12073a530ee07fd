// A file that somebody wants the result in: looked at before hours of work, written whole or not at all.
import { accessSync, constants, mkdirSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { utf8 } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { replaceFile } from "../platform/node/files.ts";
import { privateMode } from "../platform/node/private.ts";

const found = (path: string) => statSync(path, { throwIfNoEntry: false });

function orRefuse(flag: string, path: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    fail("invalid_argument", `${flag}: ${path} cannot be written: ${(cause as Error).message}`, {
      hint: "Name a file in a folder that is there and that you may write to.",
      cause,
    });
  }
}

/** @param flag such as --svg @throws PacelineError invalid_argument where no such file could be written */
export function checkWanted(flag: string, path: string | undefined): void {
  if (path === undefined) return;
  orRefuse(flag, path, () => {
    const there = found(path);
    if (there?.isDirectory() === true) throw new Error("it is a folder");
    // A pipe or a device is written where it is.
    accessSync(there === undefined || there.isFile() ? dirname(path) : path, constants.W_OK);
    if (there === undefined && found(dirname(path))?.isDirectory() !== true) throw new Error("its folder is none");
  });
}

/** @throws PacelineError invalid_argument where there can be no such folder; it is made */
export function wantedFolder(flag: string, path: string): void {
  orRefuse(flag, path, () => {
    mkdirSync(path, { recursive: true, mode: privateMode | 0o100 });
    accessSync(path, constants.W_OK);
  });
}

/** For its owner alone. @throws PacelineError invalid_argument; what was there before is then still there */
export function writeWanted(flag: string, path: string, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? utf8(content) : content;
  orRefuse(flag, path, () => {
    const there = found(path);
    if (there === undefined) replaceFile(path, bytes);
    else if (there.isFile()) replaceFile(realpathSync(path), bytes);
    else writeFileSync(path, bytes, { mode: privateMode });
  });
}
