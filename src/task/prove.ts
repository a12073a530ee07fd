// What every party proves about a manifest for itself, from public facts alone: that its parts fit together, that the
// stated sensitivity covers the encoder, that the stated ρ covers the noise, and that no sum can wrap around.
import { formatDay, isoWeeksTouched } from "../base/calendar.ts";
import { canonicalJson } from "../base/canonical.ts";
import { fail, isPacelineError } from "../base/errors.ts";
import { type NoiseEvent, parseNoise, rhoOfNoise } from "../privacy/accounting/events.ts";
import type { NanoRho } from "../privacy/accounting/nano-rho.ts";
import { columnsOf, type Encoder, largestPerReport, sensitivityOf } from "./encoder.ts";
import { productCircuit } from "./encoders/product.ts";
import type { Manifest } from "./manifest.ts";
import { registryOf } from "./metrics/definition.ts";
import { attributeListsOf, readsOf } from "./metrics/reads.ts";
import { builtIn } from "./metrics.ts";
import { checkStatistics } from "./statistics.ts";
import { tokenCount } from "./tokens.ts";

/** What follows from a manifest that holds together. */
export interface Proved {
  readonly noise: NoiseEvent;
  /** zCDP of one aggregator's noise; at most what the manifest states. */
  readonly rho: NanoRho;
  /**
   * Whose budgets pay: the ISO weeks that the window touches and those in which reports are taken ("2026-W14"), each once,
   * then the years of them ("2026"). What lives in no week, such as an age band, is bounded by the latter.
   */
  readonly epochs: readonly string[];
}

/** Reports a task can hold; with it, sums stay far below half the field's modulus. */
export const reportsMax = 100_000_000n;
const WINDOW_DAYS_MAX = 400;
export const UPLOAD_SECONDS_MAX = 90 * 86_400;
/** As far as a manifest's days go. */
const SECONDS_MAX = 200_000 * 86_400;
/** All circuits in use are over Field128. */
const HALF_MODULUS = (2n ** 128n - 7n * 2n ** 66n + 1n) / 2n;

/** @throws PacelineError manifest_refused saying which part does not hold. */
export function proveManifest(manifest: Manifest): Proved {
  try {
    return prove(manifest);
  } catch (error) {
    if (isPacelineError(error) && error.code !== "manifest_refused")
      fail("manifest_refused", error.message, { cause: error });
    throw error;
  }
}

function prove(manifest: Manifest): Proved {
  const { encoder, map, window, upload } = manifest;
  const refuse = (why: string) => fail("manifest_refused", why);
  const noise = parseNoise(manifest.noise);
  const proved = sensitivityOf(encoder, map);
  const needed = noise.sensitivity.norm === "l1" ? proved.l1 : proved.l2Squared;
  if (needed === undefined) refuse("this encoder has no proved L1 bound; it needs Gaussian noise");
  else if (BigInt(noise.sensitivity.bound) < needed)
    refuse(`the noise is made for a sensitivity of ${noise.sensitivity.bound}, the encoder's is ${needed}`);
  const rho = rhoOfNoise(noise);
  if (BigInt(manifest.rho) < rho) refuse(`the manifest states ${manifest.rho} nano-rho, its noise costs ${rho}`);
  if (manifest.tokens !== undefined && manifest.tokens.count !== tokenCount(BigInt(manifest.rho), manifest.tokens))
    refuse(
      `a task of ${manifest.rho} nano-rho does not cost ${manifest.tokens.count} tokens of ${manifest.tokens.rho}`,
    );
  checkVdaf(manifest);
  checkSource(manifest);
  checkDefinitions(manifest);
  if (window.end <= window.start || window.end - window.start > WINDOW_DAYS_MAX)
    refuse(`the window must hold 1 to ${WINDOW_DAYS_MAX} days`);
  if (upload.closes <= upload.opens || upload.closes - upload.opens > UPLOAD_SECONDS_MAX)
    refuse("reports must be taken for some time, of at most 90 days");
  if (upload.closes > SECONDS_MAX) refuse("there is no such time to take reports in");
  checkField(encoder, noise);
  return { noise, rho, epochs: epochsOf(manifest) };
}

/** Sums of words wrap around by design: how seldom honest ones do follows from the training plan. */
function checkField(encoder: Encoder, noise: NoiseEvent): void {
  if (encoder.kind === "words") return;
  if (reportsMax * largestPerReport(encoder) + 2n * noiseTail(noise) >= HALF_MODULUS)
    fail("manifest_refused", "a sum could wrap around the field");
}

/** UTC, as no party knows where a device is. */
const dayOf = (seconds: number) => Math.floor(seconds / 86_400);

/** The budgets that pay for a task: see `Proved`. */
export function epochsOf({ window, upload }: Pick<Manifest, "window" | "upload">): readonly string[] {
  const answered = isoWeeksTouched(dayOf(upload.opens), dayOf(upload.closes - 1));
  const weeks = [...new Set([...isoWeeksTouched(window.start, window.end - 1), ...answered])].sort();
  return [...weeks, ...new Set(weeks.map((week) => week.slice(0, 4)))];
}

/**
 * Why no device should answer about this window now, from public facts; undefined when it may.
 * @param nowSeconds the party's own clock
 */
export function untimely(
  window: Manifest["window"],
  nowSeconds: number,
  { windowAgeDaysMax }: { readonly windowAgeDaysMax: number },
): string | undefined {
  const today = dayOf(nowSeconds);
  const last = window.end - 1;
  if (last > today) return `the window ends on ${formatDay(last)}, which is still to come: nobody has all of its data`;
  if (today - last > windowAgeDaysMax)
    return `the window ended ${today - last} days ago, at most ${windowAgeDaysMax} days are allowed here`;
  return undefined;
}

/** A bound that one draw exceeds with probability below 2^-100: 70 scales of a Laplace, 12 σ of a Gaussian, and one. */
function noiseTail(noise: NoiseEvent): bigint {
  const text = noise.mechanism === "discrete-laplace" ? noise.scale : noise.sigmaSquared;
  const [num = "0", den = "1"] = text.split("/");
  const atMost = BigInt(num) / BigInt(den) + 1n;
  return (noise.mechanism === "discrete-laplace" ? 70n : 12n) * atMost + 1n;
}

function checkVdaf({ encoder, vdaf }: Manifest): void {
  const { chunkLength = 1, ...circuit } = { chunkLength: undefined, ...vdaf };
  const wanted = circuitOf(encoder);
  const fits = canonicalJson(circuit) === canonicalJson(wanted) && "chunkLength" in vdaf === (encoder.kind !== "words");
  if (!fits) fail("manifest_refused", "the proof system's parameters do not fit the encoder");
  if (chunkLength < 1 || chunkLength > measurementLength(vdaf)) fail("manifest_refused", "no such chunk length");
}

/** Groups are of known attributes and listed values; a definition that the question does not read is a smuggled one. */
function checkDefinitions(manifest: Manifest): void {
  const { definitions = [] } = manifest;
  const registry = registryOf(manifest);
  const read = readsOf(manifest);
  for (const { attribute, values } of attributeListsOf(manifest)) {
    const known =
      registry.attribute(attribute) ?? fail("manifest_refused", `no attribute "${attribute}" is known or defined`);
    // Built-in lists are defaults, which each operator's own may replace; a signed list is that operator's word.
    const listed = builtIn.attribute(attribute) === undefined ? known.values : null;
    const other = listed === null ? undefined : values.find((value) => !listed.includes(value));
    if (other !== undefined) fail("manifest_refused", `"${other}" is not in the list of ${known.title}`);
  }
  for (const { definition } of definitions)
    if (!read.has(`${definition.kind} ${definition.id}`))
      fail("manifest_refused", `the question does not read "${definition.id}", which it defines`);
}

/** The one circuit that proves an encoder's shape; of words, nothing does. */
function circuitOf(encoder: Encoder) {
  if (encoder.kind === "product") return productCircuit(encoder);
  if (encoder.kind === "words") return { type: "AdditiveSum" as const, length: encoder.length, bits: encoder.bits };
  return { type: "Prio3SumVec" as const, length: columnsOf(encoder), maxMeasurement: 2 * encoder.bound };
}

/** Elements of an encoded measurement. */
export function measurementLength(vdaf: Manifest["vdaf"]): number {
  const bits = (most: number) => most.toString(2).length;
  switch (vdaf.type) {
    case "Prio3Histogram":
    case "AdditiveSum":
      return vdaf.length;
    case "Prio3SumVec":
      return vdaf.length * bits(vdaf.maxMeasurement);
    case "Prio3MultihotCountVec":
      return vdaf.length + bits(vdaf.maxWeight);
    case "Prio3L1BoundSum":
      return (vdaf.length + 1) * bits(vdaf.maxValue);
  }
}

const encodersOf = { statistics: ["product"], "model-update": ["vector", "words"] } as const;

function checkSource(manifest: Manifest): void {
  const { encoder, source } = manifest;
  if (!(encodersOf[source.kind] as readonly string[]).includes(encoder.kind))
    fail("manifest_refused", "the source and the encoder do not belong together");
  if (source.kind === "statistics" && encoder.kind === "product")
    checkStatistics(source, encoder, manifest.window, registryOf(manifest));
}
