// A quarter's questions against its budgets: what each costs, when it is asked, which week fails first, and the least that has
// to go. Sums are whole nano-rho, the ledgers' own rule: what fits here fits there.
import { parseDay } from "../../base/calendar.ts";
import { parseRho } from "../../privacy/accounting/nano-rho.ts";
import type { OperatorRegistry } from "../../task/metrics/definition.ts";
import type { Catalogue } from "../question/catalogue.ts";
import type { DraftDefaults } from "../question/draft.ts";
import { type Priced, priceOf, type Unpriced } from "./price.ts";
import { type Calendar, loadOf, placeWishes, type Run, runsOf } from "./schedule.ts";
import type { Wishes } from "./wish.ts";

export interface EpochLoad {
  /** "2026-W49" or "2026". */
  readonly epoch: string;
  /** Nano-rho, what was spent before included. */
  readonly load: bigint;
  readonly cap: bigint;
}

export interface QuarterPlan {
  readonly priced: readonly Priced[];
  readonly impossible: readonly Unpriced[];
  /** In the order they are asked; of everything, whether it fits or not. */
  readonly runs: readonly Run[];
  readonly epochs: readonly EpochLoad[];
  readonly fits: boolean;
  /** The first week or year whose cap is passed, in the order of time. */
  readonly fails?: EpochLoad;
  /** Wishes whose leaving makes the rest fit: the least important, and of these the fewest and cheapest to lose. */
  readonly drop: readonly string[];
}

export interface QuarterSetting {
  readonly catalogue: Catalogue;
  readonly operator?: OperatorRegistry;
  readonly defaults: Omit<DraftDefaults, "today">;
}

/** The services' own defaults. */
const usual = { week: "0.5", year: "1", task: "0.25" } as const;
const UPLOAD_DAYS = 7;

export function planQuarter(wishes: Wishes, { defaults, ...setting }: QuarterSetting): QuarterPlan {
  const { week = usual.week, year = usual.year, task = usual.task } = wishes.caps ?? {};
  const start = parseDay(wishes.start);
  const calendar: Calendar = { start, weeks: wishes.weeks, uploadDays: wishes.uploadDays ?? UPLOAD_DAYS };
  const all = wishes.questions.map((wish) =>
    priceOf(wish, { ...setting, defaults: { ...defaults, today: start }, taskCap: parseRho(task) }),
  );
  const priced = all.filter((one): one is Priced => "rho" in one);
  const impossible = all.filter((one): one is Unpriced => "why" in one);
  const spent = new Map(Object.entries(wishes.spent ?? {}).map(([epoch, rho]) => [epoch, parseRho(rho) as bigint]));
  const capOf = (epoch: string): bigint => parseRho(epoch.length === 4 ? year : week);
  const judge = (kept: readonly Priced[]) => judged(kept, calendar, spent, capOf);
  const whole = judge(priced);
  const drop = whole.fails === undefined ? [] : whatToDrop(priced, (kept) => judge(kept).fails === undefined);
  return {
    priced,
    impossible,
    runs: whole.runs,
    epochs: whole.epochs,
    fits: whole.fails === undefined,
    ...(whole.fails === undefined ? {} : { fails: whole.fails }),
    drop: drop.map(({ wish }) => wish.name),
  };
}

function judged(
  kept: readonly Priced[],
  calendar: Calendar,
  spent: ReadonlyMap<string, bigint>,
  capOf: (epoch: string) => bigint,
) {
  const first = placeWishes(kept, calendar, spent);
  const runs = kept
    .flatMap((one) => runsOf(one, first.get(one.wish.name) ?? 1, calendar))
    .sort((a, b) => a.day - b.day || (a.name < b.name ? -1 : 1));
  // A year sorts behind its last week: it fails when the year is over.
  const order = (epoch: string) => (epoch.length === 4 ? `${epoch}-X` : epoch);
  const epochs = [...loadOf(runs, spent)]
    .map(([epoch, load]): EpochLoad => ({ epoch, load, cap: capOf(epoch) }))
    .sort((a, b) => (order(a.epoch) < order(b.epoch) ? -1 : 1));
  return { runs, epochs, fails: epochs.find(({ load, cap }) => load > cap) };
}

/** Beyond this many wishes the search is greedy alone. */
const EXACT_MAX = 10;

/**
 * The wishes to leave out: least total importance, then fewest, then least ρ. Greedy from the least important on, then exact
 * among few wishes.
 */
function whatToDrop(priced: readonly Priced[], fits: (kept: readonly Priced[]) => boolean): readonly Priced[] {
  const weight = ({ wish }: Priced) => wish.importance ?? 1;
  const costOf = (dropped: readonly Priced[]): readonly number[] => [
    dropped.reduce((sum, one) => sum + weight(one), 0),
    dropped.length,
    dropped.reduce((sum, { rho }) => sum + Number(rho), 0),
  ];
  const cheaper = (a: readonly number[], b: readonly number[]) => {
    const i = a.findIndex((value, j) => value !== b[j]);
    return i >= 0 && (a[i] as number) < (b[i] as number);
  };
  // Least important first; of equals the dearest, which frees most.
  const order = [...priced].sort((a, b) => weight(a) - weight(b) || Number(b.rho - a.rho));
  let best: readonly Priced[] = order;
  for (let count = 1; count <= order.length; count++) {
    const dropped = order.slice(0, count);
    if (!fits(priced.filter((one) => !dropped.includes(one)))) continue;
    // What was dropped early may fit again.
    best = dropped.reduce<readonly Priced[]>((kept, one) => {
      const fewer = kept.filter((other) => other !== one);
      return fits(priced.filter((each) => !fewer.includes(each))) ? fewer : kept;
    }, dropped);
    break;
  }
  if (priced.length > EXACT_MAX) return best;
  for (let mask = 1; mask < 2 ** priced.length; mask++) {
    const dropped = priced.filter((_, i) => (mask >> i) & 1);
    if (!cheaper(costOf(dropped), costOf(best))) continue;
    if (fits(priced.filter((one) => !dropped.includes(one)))) best = dropped;
  }
  return best;
}
