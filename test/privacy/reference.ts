// Reference distributions and accounting values, from the folder beside the repository; absent in a plain clone.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const folder = resolve(import.meta.dirname, "../..", process.env.PACELINE_SHARED ?? "../shared", "reference");

export const referencePresent = existsSync(folder);
if (!referencePresent) console.warn("reference values are absent: their comparisons are skipped");

export interface ReferenceLaw {
  readonly scale?: number | string;
  readonly sigma2?: number | string;
  readonly variance_mu?: string;
  readonly pmf: Readonly<Record<string, string>>;
  readonly variance: string;
}

export function referenceLaws(
  mechanism: "discrete_laplace" | "discrete_gaussian" | "skellam",
): readonly ReferenceLaw[] {
  return referencePresent ? read("mechanisms.json")[mechanism].cases : [];
}

/** Probabilities of each candidate. */
export interface ReferenceSelection {
  readonly utilities: readonly string[];
  readonly epsilon: string;
  readonly sensitivity: string;
  readonly exponential: readonly string[];
  readonly permute_and_flip: readonly string[];
  readonly report_noisy_max_laplace: readonly string[];
}

export function referenceSelections(): readonly ReferenceSelection[] {
  return referencePresent ? read("mechanisms.json").selection.cases : [];
}

export interface ReferenceResponse {
  readonly epsilon: string;
  readonly k: number;
  readonly p_true: string;
  readonly q_each_other: string;
}

export function referenceResponses(): readonly ReferenceResponse[] {
  return referencePresent ? read("mechanisms.json").k_rr.cases : [];
}

export interface ReferenceCase {
  readonly group: string;
  readonly inputs: Readonly<Record<string, number>>;
  readonly expected: Readonly<Record<string, string>>;
}

export function referenceCases(group: string): readonly ReferenceCase[] {
  if (!referencePresent) return [];
  return read("accounting.json").cases.filter((one: ReferenceCase) => one.group === group);
}

// biome-ignore lint/suspicious/noExplicitAny: the files are test data; the callers name what they read.
function read(name: string): any {
  return JSON.parse(readFileSync(resolve(folder, name), "utf8"));
}

/** "7/5", "12.25", 3 → numerator and denominator. */
export function fraction(value: number | string): [bigint, bigint] {
  const [num, den] = String(value).split("/") as [string, string?];
  const decimals = num.split(".")[1]?.length ?? 0;
  return [BigInt(num.replace(".", "")), BigInt(den ?? "1") * 10n ** BigInt(decimals)];
}
