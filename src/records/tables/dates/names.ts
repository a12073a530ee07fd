// Months by name, in the languages that exports are written in. Names are compared without case, accents and points.
const tables = [
  "january february march april may june july august september october november december",
  "januar februar marz april mai juni juli august september oktober november dezember",
  "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
  "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
  "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
  "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
  "januari februari maart april mei juni juli augustus september oktober november december",
  "januar februar marts april maj juni juli august september oktober november december",
  "januari februari mars april maj juni juli augusti september oktober november december",
  "stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada grudnia",
].map((months) => months.split(" "));

const byName = new Map<string, number>([
  ["sept", 9],
  ["mrz", 3],
  ["maerz", 3],
  ["mrt", 3],
  ["janner", 1],
]);
// full names first; a beginning of three letters or more counts where one month alone has it
for (const months of tables) for (const [i, name] of months.entries()) byName.set(name, i + 1);
const beginnings = new Map<string, number>();
for (const [name, month] of [...byName])
  for (let length = 3; length < name.length; length++) {
    const beginning = name.slice(0, length);
    if (!byName.has(beginning)) beginnings.set(beginning, (beginnings.get(beginning) ?? month) === month ? month : 0);
  }

/** 1 … 12, or undefined. */
export function monthOf(name: string): number | undefined {
  const plain = name
    .normalize("NFD")
    .replaceAll(/[\u0300-\u036f.]/g, "")
    .toLowerCase();
  return byName.get(plain) ?? (beginnings.get(plain) || undefined);
}
