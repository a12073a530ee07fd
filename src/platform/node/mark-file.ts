// The MarkFile port as one file of its owner's.
import { readFileSync } from "node:fs";
import { fail } from "../../base/errors.ts";
import type { MarkFile } from "../../ports/mark-file.ts";
import { fileError, removeLeftovers, replaceFile } from "./files.ts";
import { refuseShared } from "./private.ts";

/** @throws PacelineError policy_refused when others can read or write it */
export function openMarkFile(path: string): MarkFile {
  refuseShared(path, "what a ledger must not forget");
  return {
    async read() {
      removeLeftovers(path);
      try {
        return new Uint8Array(readFileSync(path));
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        return fail("invalid_data", `${path} cannot be read: ${(cause as Error).message}`, { cause });
      }
    },
    async replace(content) {
      try {
        replaceFile(path, content);
      } catch (error) {
        throw fileError(error, "the mark beside the database");
      }
    },
  };
}
