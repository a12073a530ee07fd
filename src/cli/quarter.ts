// `paceline plan FILE`: a quarter's questions against its budgets. Reads two files at most and asks nobody.

import { readFileSync } from "node:fs";
import { fail } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import { plainLines } from "../figures/plain.ts";
import { formatRho, nanoRho } from "../privacy/accounting/nano-rho.ts";
import { quarterDocument } from "../query/quarter/document.ts";
import { planQuarter, type QuarterPlan } from "../query/quarter/plan.ts";
import { parseWishes } from "../query/quarter/wish.ts";
import { operatorCatalogue } from "../query/question/registry.ts";
import { serviceRegistry } from "./registry.ts";

const BAR = 30;

/** @throws PacelineError not_found, invalid_data */
export async function planCommand(
  path: string,
  { registry, json = false }: { registry?: string; json?: boolean },
): Promise<void> {
  const wishes = parseWishes(parseJson(read(path), path, "invalid_data"), path);
  const operator = await serviceRegistry("helper", registry);
  const plan = planQuarter(wishes, {
    catalogue: operatorCatalogue(operator),
    operator,
    defaults: { minCohort: 50, privacy: { rho: "0.01" }, purpose: "service-improvement" },
  });
  process.stdout.write(`${json ? JSON.stringify(quarterDocument(plan), null, 2) : plainLines(text(plan))}\n`);
}

function read(path: string): string {
  try {
    return path === "-" ? readFileSync(0, "utf8") : readFileSync(path, "utf8");
  } catch (cause) {
    return fail("not_found", `${path} cannot be read`, {
      cause,
      hint: "Give the path of a plan (JSON), or - for standard input.",
    });
  }
}

const shown = (amount: bigint) => formatRho(nanoRho(amount));

function text({ priced, impossible, runs, epochs, fits, fails, drop }: QuarterPlan): string {
  const width = Math.max(4, ...priced.map(({ wish }) => wish.name.length));
  const lines = ["What it costs each time"];
  for (const { wish, rho, halfWidth } of priced) {
    const weeks = runs.filter(({ name }) => name === wish.name).map(({ week }) => week);
    lines.push(
      `  ${wish.name.padEnd(width)}  ±${Number(halfWidth.toPrecision(3))}  ρ ${shown(rho)}  in ${weeks.join(", ")}`,
    );
  }
  for (const { wish, why, hint } of impossible)
    lines.push(`  ${wish.name.padEnd(width)}  cannot be had: ${why}${hint === undefined ? "" : ` ${hint}`}`);
  lines.push("", "Budgets");
  for (const { epoch, load, cap } of epochs) {
    const share = cap > 0n ? Number((load * 1000n) / cap) / 1000 : Number.POSITIVE_INFINITY;
    const filled = Math.min(BAR, Math.round(share * BAR));
    const mark = load > cap ? "  too much" : "";
    lines.push(
      `  ${epoch.padEnd(8)}  ${"█".repeat(filled)}${"·".repeat(BAR - filled)}  ρ ${shown(load)} of ${shown(cap)}${mark}`,
    );
  }
  lines.push("");
  if (fits) lines.push("It fits. Sums are whole billionths of ρ, as the ledgers count them.");
  else
    lines.push(
      `${fails?.epoch} fails first: ρ ${shown(fails?.load ?? 0n)} of ${shown(fails?.cap ?? 0n)}.`,
      `Without ${drop.join(", ")} the rest fits.`,
    );
  return lines.join("\n");
}
