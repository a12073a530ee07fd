// The MarkFile port as one file of its owner's.
import { readFileSync } from "node:fs";
import { fromUtf8, utf8 } from "../../base/bytes.ts";
import { canonicalJson, type Json } from "../../base/canonical.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import type { MarkFile } from "../../ports/mark-file.ts";
import { parseChecked, withCheck } from "./checked.ts";
import { fileError, removeLeftovers, replaceFile } from "./files.ts";
import { refuseShared } from "./private.ts";

const written = (document: object): Uint8Array => utf8(`${canonicalJson(document as Json)}\n`);

/**
 * @param path what is in it is a JSON document in canonical form and a line's end; the file has a check besides
 * @throws PacelineError policy_refused when others can read or write it
 */
export function openMarkFile(path: string): MarkFile {
  refuseShared(path, "what a ledger must not forget");
  return {
    async read() {
      removeLeftovers(path);
      let bytes: Uint8Array;
      try {
        bytes = new Uint8Array(readFileSync(path));
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        return fail("invalid_data", `${path} cannot be read: ${(cause as Error).message}`, { cause });
      }
      try {
        return written(parseChecked(fromUtf8(bytes)) as object);
      } catch (cause) {
        const why = isPacelineError(cause) ? cause.message : "it is no text";
        return fail("invalid_data", `the mark ${path} is damaged: ${why}`, {
          cause,
          hint: "Put the newest copy of it back. Where there is none, its database is treated as one whose mark is lost: docs/databases.md says how.",
        });
      }
    },
    async replace(content) {
      try {
        replaceFile(path, written(withCheck(parseJson(fromUtf8(content), "a mark") as object)));
      } catch (error) {
        throw fileError(error, "the mark beside the database");
      }
    },
  };
}
