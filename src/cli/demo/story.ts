// One member's own view: where their value stands, what left their phone, what the model says; computed on the phone.
import { predictMeanHalfWidth, rankOf } from "../../estimate/index.ts";
import type { TrainingPlan } from "../../learning/plan/plan.ts";
import type { ReleaseDocument } from "../../task/release.ts";
import type { Device } from "./devices.ts";
import type { DemoStory } from "./document.ts";

const percent = (share: number) => Math.round(100 * share);

/** "58 bpm: lower than about 70 % (64–76 %) of members aged 35–44" */
export async function comparison({ client }: Device, release: ReleaseDocument): Promise<string | undefined> {
  const { value, group } = await client.ownValue(release);
  if (value === undefined || release.source.kind !== "statistic") return undefined;
  const { above } = rankOf(release, group, value);
  const unit =
    release.source.metric === "rhr" ? "bpm" : release.source.metric === "sleep" ? "minutes" : release.source.title;
  const shown = value >= 1000 ? Math.round(value).toLocaleString("en-US") : value.toFixed(0);
  const whom = group === null ? "members" : `members aged ${group.replace("-", "–")}`;
  const [low, high] = above.interval95;
  return `${shown} ${unit}: lower than about ${percent(above.estimate)} % (${percent(low)}–${percent(high)} %) of ${whom}`;
}

/** The phone's own value in words, for the three columns. */
export async function ownWords({ client }: Device, release: ReleaseDocument): Promise<string> {
  const { value } = await client.ownValue(release);
  if (value === undefined || release.source.kind !== "statistic") return "nothing to say";
  return `${value >= 1000 ? Math.round(value) : value.toFixed(1)} ${release.source.unit === "/min" ? "bpm" : release.source.title}`;
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
