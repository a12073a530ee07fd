// Days as a FHIR R4 Bundle of Observations (http://hl7.org/fhir/R4/observation.html), with LOINC codes where the registry has them
// and UCUM units. No subject is named: whose it is, the member knows.
import { formatDay } from "../../base/calendar.ts";
import { about } from "../../task/metrics/about.ts";
import { builtIn, type Registry } from "../../task/metrics.ts";
import type { MemberDay } from "../types.ts";
import { pointsOf, SYSTEM } from "./points.ts";

const loincOf = (metric: string): readonly string[] =>
  (Object.hasOwn(about, metric) ? about[metric as keyof typeof about].loinc : undefined) ?? [];

export function daysAsFhir(days: readonly MemberDay[], registry: Registry = builtIn): object {
  return {
    resourceType: "Bundle",
    type: "collection",
    entry: pointsOf(days).map(({ day, metric, value }) => {
      const known = registry.metric(metric);
      return {
        resource: {
          resourceType: "Observation",
          id: `${metric.replaceAll("_", "-")}-${formatDay(day)}`,
          status: "final",
          category: [
            { coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "activity" }] },
          ],
          code: {
            coding: [
              { system: SYSTEM, code: metric, ...(known && { display: known.title }) },
              ...loincOf(metric).map((code) => ({ system: "http://loinc.org", code })),
            ],
          },
          effectiveDateTime: formatDay(day),
          valueQuantity: {
            value,
            ...(known && { unit: known.unit, system: "http://unitsofmeasure.org", code: known.unit }),
          },
        },
      };
    }),
  };
}
