// Numbers as they are said in sentences.

export const significant = (value: number, digits = 3): string =>
  Number.isFinite(value) ? value.toLocaleString("en-US", { maximumSignificantDigits: digits }) : "no bound";

export const whole = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 0 });

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A δ: "10⁻⁶" reads better than six zeros. */
export function small(value: number): string {
  const [digits = "", power = ""] = value.toExponential().split("e-");
  if (value >= 1e-3 || power === "") return significant(value);
  const raised = Array.from(power, (digit) => RAISED[Number(digit)]).join("");
  return `${digits === "1" ? "" : `${digits} · `}10⁻${raised}`;
}

/** A field's text as a number from least to most; undefined where it is none. */
export function numberIn(text: string, least: number, most: number): number | undefined {
  const value = /^\s*(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}
