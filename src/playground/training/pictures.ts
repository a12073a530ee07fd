// An inversion as figures: weeks beside each other, and how much of them is left in sums.
import { type Curve, curveFigure, type Figure, type Row } from "../../figures/index.ts";
import { significant } from "../parts/numbers.ts";
import { DAYS, HOURS, type InversionPoint, type InversionTold } from "./inversion.ts";

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const hours = Array.from({ length: HOURS }, (_, hour) => `h${hour}`);

export function weeksFigure({ pictures }: InversionTold): Figure {
  const most = Math.max(...(pictures[0]?.week ?? [1]));
  // Over a picture on a phone there is room for one number.
  const labels = pictures.map(({ name, cosine }, at) =>
    at === 0 ? name : `${name}: likeness ${significant(cosine, 2)}`,
  );
  const said = pictures.map(({ error }, at) => `${labels[at]}, error ${significant(100 * error, 2)} %`);
  const rows = pictures.flatMap(({ week }, at) =>
    WEEKDAYS.slice(0, DAYS).map(
      (day, d): Row => ({
        picture: labels[at] as string,
        day,
        ...Object.fromEntries(hours.map((hour, h) => [hour, week[d * HOURS + h] as number])),
      }),
    ),
  );
  return {
    id: "weeks",
    title: "One member's week, hour by hour, and what is read of it",
    words: `${said.slice(1).join(". ")}. Likeness is the cosine of the angle between what is read and the week itself; the error is the length of their difference in percent of the week's.`,
    rows,
    caption: "Thousands of steps in each hour, from Monday to Sunday",
    columns: [
      { title: "Picture", fields: ["picture"], format: { kind: "words" } },
      { title: "Day", fields: ["day"], format: { kind: "words" } },
      ...hours.map((hour, h) => ({
        title: `${h}`,
        fields: [hour] as const,
        format: { kind: "significant", digits: 2 } as const,
      })),
    ],
    chart: { kind: "grid", panel: "picture", label: "day", fields: hours, title: "thousand steps", low: 0, high: most },
  };
}

/** Medians, and between which the middle half lies. */
export function likenessFigure({ points, strangers }: InversionTold): Figure {
  const median = quantile(strangers, 0.5);
  const curve = (name: string, of: (point: InversionPoint) => InversionPoint["plain"]): Curve => ({
    name,
    points: points.map((point) => {
      const cosines = of(point).map(({ cosine }) => Math.max(0, cosine));
      return {
        x: point.summed,
        y: quantile(cosines, 0.5),
        low: quantile(cosines, 0.25),
        high: quantile(cosines, 0.75),
      };
    }),
  });
  const figure = curveFigure(
    {
      ...{ id: "likeness", title: "How like the member's week is what is read", each: "What is compared" },
      band: "Middle half of 20 members",
      x: { title: "members in the sum", scale: "log" },
      y: { title: "Likeness: 1 is the week itself", scale: "linear" },
    },
    [
      curve("as it is", ({ plain }) => plain),
      curve("noised, as released", ({ noised }) => noised),
      { name: "another member's week", points: points.map(({ summed }) => ({ x: summed, y: median })) },
    ],
  );
  const errors = [...points.map(({ plain }) => plain), ...points.map(({ noised }) => noised)].map((all) =>
    quantile(
      all.map(({ error }) => error),
      0.5,
    ),
  );
  return {
    ...figure,
    rows: figure.rows.map((row, at) => ({ ...row, error: errors[at] ?? null })),
    columns: [
      ...figure.columns,
      { title: "Error, of the week's length", fields: ["error"], format: { kind: "significant", digits: 3 } },
    ],
  };
}

/** Linear between the values that are there. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
  return low + (high - low) * (at - Math.floor(at));
}
