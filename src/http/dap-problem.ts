// The error behind another aggregator's problem document: ours where it says our code, else what its DAP type stands for.
import { decodeProblem } from "../api/problem.ts";
import { fromUtf8 } from "../base/bytes.ts";
import { isPacelineError, PacelineError } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import { errorOfProblem } from "../protocol/dap/http.ts";

export function decodeDapProblem(status: number, body: Uint8Array): PacelineError {
  const said = decodeProblem(status, body);
  const { type, code, detail } = membersOf(body);
  if (code !== undefined || typeof type !== "string") return said;
  const known = errorOfProblem(type);
  return known === undefined ? said : new PacelineError(known, typeof detail === "string" ? detail : said.message);
}

function membersOf(body: Uint8Array): { readonly type?: unknown; readonly code?: unknown; readonly detail?: unknown } {
  try {
    const json = parseJson(fromUtf8(body), "the problem document");
    return typeof json === "object" && json !== null ? json : {};
  } catch (error) {
    if (isPacelineError(error)) return {};
    throw error;
  }
}
