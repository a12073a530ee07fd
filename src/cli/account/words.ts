// An account in plain language: what was done, what it guarantees, what that means, and what it does not cover.
import { type Account, type Neighbouring, type PrivacyEvent, runsOf } from "../../privacy/index.ts";

export interface Story {
  readonly event: PrivacyEvent;
  readonly neighbouring: Neighbouring;
  readonly epsilon: number;
  readonly delta: number;
  readonly account: Account;
}

const relations: Readonly<Record<Neighbouring, string>> = {
  "add-or-remove-one": "with one record or without it",
  "replace-one": "with one record or with another in its place",
  "zero-out": "with one record or with nothing in its place",
};

const accountants: Readonly<Record<Account["accountant"], string>> = {
  gdp: "the closed form of Gaussian noise",
  pld: "privacy loss distributions",
  rdp: "Rényi divergences",
  zcdp: "zero-concentrated DP",
  kov: "optimal composition",
  pure: "adding up the epsilons",
  shuffle: "shuffle amplification",
  mixed: "loss distributions, with guarantees in place of parts that have none",
};

export function tell(story: Story): string {
  const { account, epsilon, delta, neighbouring } = story;
  const { quantity, accountant, lower, upper, tight, others } = account;
  const [shown, given] = quantity === "epsilon" ? ["ε", `δ = ${short(delta)}`] : ["δ", `ε = ${short(epsilon)}`];
  const runs = runsOf(story.event).map(
    ({ event, count }) => describe(event) + (count === 1 ? "" : `, ${whole(count)} times`),
  );
  const done = runs.length === 0 ? ["Nothing is answered"] : runs;
  if (upper === Number.POSITIVE_INFINITY || (quantity === "delta" && upper >= 1))
    return [...done, "", `  Nothing is guaranteed at ${given}, ${neighbouring}.`, ...leftOut(others), ""].join("\n");
  return [
    ...done,
    "",
    `  ${shown} ≤ ${up(upper)} at ${given}, ${neighbouring}`,
    `  By ${accountants[accountant]} (${accountant})${tight && lower > 0 ? `; its exact value is at least ${down(lower)}` : ""}.`,
    ...others
      .filter((other) => other.upper !== undefined && other.upper < Number.POSITIVE_INFINITY)
      .map(
        (other) =>
          `  By ${accountants[other.accountant]} (${other.accountant}) it would be ${up(other.upper as number)}${unsampled(other, story)}.`,
      ),
    ...leftOut(others),
    "",
    "What it means",
    `  Whatever anyone concludes from all the answers, they conclude about as often ${relations[neighbouring]}:`,
    `  the chance of it differs by a factor of at most e^ε = ${factor(epsilon)}${delta === 0 ? "" : `, and by ${short(delta)} besides`}.`,
    "",
    "What it does not cover",
    ...limits(story).map((line) => `  - ${line}`),
    "",
  ].join("\n");
}

/** GDP knows no samples: its bound is that of plans without them. */
function unsampled({ accountant }: Account["others"][number], { event }: Story): string {
  const sampled = runsOf(event).some(({ event: one }) => /sampled/.test(one.mechanism));
  return accountant === "gdp" && sampled ? ", as if every record were in every sample" : "";
}

/** Who could not answer, and why: the best of the rest is not the best there is. */
function leftOut(others: Account["others"]): string[] {
  const silent = others.filter(({ refusal }) => refusal !== undefined);
  if (silent.length === 0) return [];
  return [
    "",
    "Left out",
    ...silent.map(({ accountant, refusal }) => `  - ${accountants[accountant]} (${accountant}): ${refusal}`),
  ];
}

function limits({ event, delta }: Story): string[] {
  const text = JSON.stringify(event);
  return [
    "mechanisms or parameters chosen after seeing answers: for that there are filters",
    "a person with several records: the guarantee is for one record of the stated sensitivity",
    ...(/"(poisson-sampled|truncated-subsampled-gaussian)"/.test(text)
      ? ["batches of another kind: each record must join each batch by its own secret coin, no fixed sizes, no epochs"]
      : []),
    ...(text.includes('"shuffled"') || text.includes('"distributed-')
      ? ["parties that collude, or fewer honest ones than stated"]
      : []),
    ...(/"mechanism":"(gaussian|laplace|tree-aggregation|mixture-of-gaussians|truncated-subsampled-gaussian)"/.test(
      text,
    )
      ? ["noise made in floating point: a guarantee for real numbers needs exact or discretised noise"]
      : []),
    ...(delta > 1e-4 ? [`a δ of ${short(delta)} as harmless: keep it far below 1 over the number of members`] : []),
  ];
}

function describe(event: PrivacyEvent): string {
  const { mechanism, ...fields } = event;
  if (event.mechanism === "poisson-sampled")
    return `On a secret sample of ${short(event.probability * 100)} %: ${runsOf(event.event)
      .map((run) => describe(run.event) + (run.count === 1 ? "" : ` × ${whole(run.count)}`))
      .join(" and ")}`;
  const said = Object.entries(fields).map(
    ([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`,
  );
  return said.length === 0 ? mechanism : `${mechanism} (${said.join(", ")})`;
}

const whole = (count: number) => count.toLocaleString("en-US");
const short = (value: number) => String(Number(value.toPrecision(4)));

/** Six digits, rounded up (a billionth of the value aside, which is rounding in the sixteenth digit and its like). */
function up(value: number): string {
  return sixDigits(value, (units) => Math.ceil(units - 1e-4));
}

/** Six digits, rounded down likewise. */
function down(value: number): string {
  return sixDigits(value, (units) => Math.floor(units + 1e-4));
}

function sixDigits(value: number, round: (units: number) => number): string {
  if (!(value > 0)) return "0";
  const power = Math.floor(Math.log10(value)) - 5;
  return String(Number(`${round(value / 10 ** power)}e${power}`));
}

function factor(epsilon: number): string {
  return epsilon > 30 ? "more than 10^13: hardly a guarantee" : up(Math.exp(epsilon));
}
