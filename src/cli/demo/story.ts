// One member's own view: where their value stands, what left their phone, what the model says; computed on the phone.
import { reduceWindow } from "../../contribution/window.ts";
import { predictMeanHalfWidth, rankOf } from "../../estimate/index.ts";
import type { TrainingPlan } from "../../learning/plan/plan.ts";
import type { Member } from "../../records/types.ts";
import type { Manifest } from "../../task/manifest.ts";
import type { ReleaseDocument } from "../../task/release.ts";
import type { Device } from "../local/devices.ts";
import type { DemoStory } from "./document.ts";

const percent = (share: number) => Math.round(100 * share);

/** "58 bpm: lower than about 70 % (64–76 %) of members aged 35–44" */
export async function comparison({ client }: Device, release: ReleaseDocument): Promise<string | undefined> {
  const { value, group } = await client.ownValue(release);
  if (value === undefined || release.source.kind !== "statistic" || release.encoder.kind !== "histogram")
    return undefined;
  const groups = release.encoder.group?.values;
  if (groups !== undefined && (group === null || !groups.includes(group))) return undefined;
  const { above } = rankOf(release, groups === undefined ? null : group, value);
  const whom = groups === undefined ? "members" : `members aged ${(group ?? "").replace("-", "–")}`;
  const [low, high] = above.interval95;
  return `${inWords(value, release.source, 0)}: lower than about ${percent(above.estimate)} % (${percent(low)}–${percent(high)} %) of ${whom}`;
}

/** The phone's own value in words, for the three columns. */
export function ownWords({ days }: Member, { source, window }: Pick<Manifest, "source" | "window">): string {
  const value = source.kind === "statistic" ? reduceWindow(days, source, window) : undefined;
  if (value === undefined || source.kind !== "statistic") return "nothing to say";
  return inWords(value, source, 1);
}

/** "58 bpm", "8,341 steps", "427 minutes of sleep" */
function inWords(
  value: number,
  { unit, title }: { readonly unit: string; readonly title: string },
  digits: number,
): string {
  const shown = value >= 1000 ? Math.round(value).toLocaleString("en-US") : value.toFixed(digits);
  return `${shown} ${unit === "/min" ? "bpm" : unit === "min" ? `minutes of ${title}` : title}`;
}

export async function memberLogOf({ client }: Device): Promise<DemoStory["log"]> {
  return (await client.log()).map(({ at, bytes, to, question, what, rho }) => ({
    at: new Date(at).toISOString().slice(0, 19).replace("T", " "),
    bytes,
    to: new URL(to).host,
    question,
    what,
    rho,
  }));
}

export async function scoreOf(
  { client }: Device,
  plan: TrainingPlan | undefined,
  planText: string,
  today: number,
): Promise<DemoStory["score"]> {
  if (plan === undefined) return null;
  const { probability, reasons } = await client.score(planText, today);
  return {
    title: plan.title,
    probability,
    reasons: reasons.map(({ title, contribution }) => ({ title, contribution })),
  };
}

const EPSILONS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8];
const COHORTS = [35, 100, 300, 1000, 3000, 10_000];

/** What an ε slider shows: the width of the first question's mean, for one group of each size. */
export function predictedWidths(release: ReleaseDocument): DemoStory["widths"] {
  const { encoder, source } = release;
  if (encoder.kind !== "histogram" || source.kind !== "statistic")
    return { what: "", unit: "", cohorts: [], epsilons: [], halfWidths: [] };
  return {
    what: `mean ${source.title} of one group`,
    unit: source.unit === "/min" ? "bpm" : source.unit.replaceAll(/[{}]/g, ""),
    cohorts: COHORTS,
    epsilons: EPSILONS,
    halfWidths: COHORTS.map((members) =>
      EPSILONS.map((epsilon) => predictMeanHalfWidth({ edges: encoder.edges, members, epsilon })),
    ),
  };
}
