// A table whose columns have the registry's own names, as `paceline import --out` writes it.
import { baseAttributes, baseMetrics } from "../../../task/metrics.ts";
import { type KnownTable, value } from "./shape.ts";

const ids = baseMetrics.map(({ id }) => id);

export const own: KnownTable = {
  provider: "table",
  title: "Table of the registry's metrics",
  device: "unknown",
  has: ["date", ids.join("|")],
  member: "member",
  date: "date",
  values: ids.map((id) => value(id, id)),
  attributes: baseAttributes.map(({ id }) => id),
};
