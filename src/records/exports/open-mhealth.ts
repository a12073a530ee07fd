// Days as Open mHealth data points (https://www.openmhealth.org/documentation/#/schema-docs/schema-library/schemas/omh_data-point):
// the envelope is theirs, and each value is under a schema of this package's own, as theirs are of single measurements and ours of
// whole local days.
import { formatDay } from "../../base/calendar.ts";
import { builtIn, type Registry } from "../../task/metrics.ts";
import type { MemberDay } from "../types.ts";
import { NAMESPACE, pointsOf } from "./points.ts";

export function daysAsOpenMHealth(days: readonly MemberDay[], registry: Registry = builtIn): readonly object[] {
  return pointsOf(days).map(({ day, metric, value }) => ({
    header: {
      id: `${metric}-${formatDay(day)}`,
      schema_id: { namespace: NAMESPACE, name: metric, version: "1.0" },
      acquisition_provenance: { source_name: "paceline", modality: "sensed" },
    },
    body: {
      effective_time_frame: { date: formatDay(day) },
      value: { value, unit: registry.metric(metric)?.unit ?? "" },
    },
  }));
}
