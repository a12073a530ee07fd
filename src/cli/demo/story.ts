// One member's own view: where their value stands, what left their phone, what the model says; computed on the phone.
import { memberValues } from "../../contribution/statistics.ts";
import { predictMeanHalfWidth, rankOf } from "../../estimate/index.ts";
import type { Member } from "../../records/types.ts";
import type { Manifest } from "../../task/manifest.ts";
import type { ReleaseDocument } from "../../task/release.ts";
import type { Device } from "../local/devices.ts";
import type { Trained } from "../local/train.ts";
import type { DemoStory } from "./document.ts";
import { inWords, measuredOf } from "./measured.ts";

const percent = (share: number) => Math.round(100 * share);

/** "58 bpm: lower than about 70 % (64–76 %) of members aged 35–44" */
export async function comparison({ client }: Device, release: ReleaseDocument): Promise<string | undefined> {
  const measured = measuredOf(release);
  const { values, group, among } = await client.ownValue(release);
  const value = measured === undefined ? undefined : values[measured.of];
  if (measured === undefined || !among || typeof value !== "number") return undefined;
  const { above } = rankOf(release, group, value, measured.of);
  const whom = group === null ? "members" : `members aged ${group.replace("-", "–")}`;
  const [low, high] = above.interval95;
  return `${inWords(value, measured, 0)}: lower than about ${percent(above.estimate)} % (${percent(low)}–${percent(high)} %) of ${whom}`;
}

/** The phone's own value in words, for the three columns. */
export function ownWords(member: Member, manifest: Manifest): string {
  const { source, window } = manifest;
  const measured = measuredOf(manifest);
  const values = source.kind === "statistics" ? memberValues(member, source, window) : [];
  const value = measured === undefined ? undefined : values[measured.of];
  return measured === undefined || typeof value !== "number" ? "nothing to say" : inWords(value, measured, 1);
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
  trained: Pick<Trained, "model" | "text"> | undefined,
  today: number,
): Promise<DemoStory["score"]> {
  if (trained === undefined) return null;
  const { probability, reasons } = await client.score(trained.text, today);
  return {
    title: trained.model.training.title,
    probability,
    reasons: reasons.map(({ title, contribution }) => ({ title, contribution })),
  };
}

const EPSILONS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8];
const COHORTS = [35, 100, 300, 1000, 3000, 10_000];

/** What an ε slider shows: the width of the first question's mean, for one group of each size. */
export function predictedWidths(release: ReleaseDocument): DemoStory["widths"] {
  const measured = measuredOf(release);
  if (measured === undefined) return { what: "", unit: "", cohorts: [], epsilons: [], halfWidths: [] };
  const { title, unit, edges, share } = measured;
  return {
    what: `mean ${title} of one group`,
    unit: unit === "/min" ? "bpm" : unit.replaceAll(/[{}]/g, ""),
    cohorts: COHORTS,
    epsilons: EPSILONS,
    halfWidths: COHORTS.map((members) =>
      EPSILONS.map((epsilon) => predictMeanHalfWidth({ edges, members, epsilon: epsilon * share })),
    ),
  };
}
