const decimal = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?\s*$/i;

/** A number, or the text of one as many exports write it. Nothing else is: not "", not "1,234", not Infinity. */
export function readNumber(value: unknown): number | undefined {
  const number = typeof value === "string" && value.length < 40 && decimal.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
