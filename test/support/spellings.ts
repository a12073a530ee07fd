// One question in many spellings of three languages: SQL, JSON and the builder.
import { ask, count, formula, share, weekly } from "../../src/query/builder.ts";

const sqls: readonly string[] = [
  "SELECT COUNT(*), SHARE(mvpa >= 150) FROM member_week WHERE age_band IN ('25-34', '35-44') GROUP BY device_class WINDOW LAST 4 WEEKS WITH (rho = 0.02)",
  "SELECT SHARE(mvpa >= 150), COUNT(*) FROM member_week WHERE age_band IN ('35-44', '25-34') GROUP BY device_class WINDOW LAST 4 WEEKS WITH (rho = 0.020)",
  "SELECT COUNT(*), SHARE(moderate + 2 * vigorous >= 150) FROM member_week WHERE age_band IN ('25-34', '35-44') GROUP BY device_class WINDOW BETWEEN '2026-01-05' AND '2026-02-01' WITH (rho = 0.02)",
  "SELECT COUNT(*), COUNT(*), SHARE(mvpa >= 150.0) FROM member_week WHERE age_band IN ('25-34', '35-44') GROUP BY device_class WINDOW LAST 28 DAYS WITH (rho = 0.02)",
  "SELECT COUNT(*), SHARE(mvpa >= 150) FROM member_week WHERE ageBand IN ('25-34', '35-44', '25-34') GROUP BY deviceClass WITH (purpose = 'service-improvement', rho = 0.02)",
  "SELECT COUNT(*), SHARE(mvpa >= 150) FROM member_week WHERE age_band IN ('25-34', '35-44') GROUP BY device_class WITH (days_min = 7, min_cohort = 5, rho = 0.02)",
];

/** Ways to write a text of SQL that change nothing. */
const writings: readonly ((sql: string) => string)[] = [
  (sql) => sql,
  (sql) => sql.replaceAll(/\b(SELECT|FROM|WHERE|GROUP BY|WINDOW|WITH|LAST|WEEKS|IN)\b/g, (word) => word.toLowerCase()),
  (sql) => sql.replaceAll(" ", "\n  "),
  (sql) => sql.replaceAll(" = ", "=").replaceAll(", ", ","),
  (sql) => `  ${sql.replaceAll("(", " ( ").replaceAll(")", " ) ")}  `.replaceAll("COUNT ( * )", "count( * )"),
  (sql) => sql.replace("WITH (", "WITH (title = 'Once more?', name = 'once-more', "),
];

const measure = { formula: "mvpa" };
const drafts: readonly object[] = [
  { select: [{ statistic: "count" }, { statistic: "share", of: measure, atLeast: 150 }] },
  { select: [{ statistic: "share", of: { ...measure, per: "week" }, atLeast: 150 }, { statistic: "count" }] },
  { select: [{ atLeast: 150, of: { formula: "2*vigorous+moderate" }, statistic: "share" }, { statistic: "count" }] },
  { title: "Again", select: [{ statistic: "count" }, { statistic: "share", of: measure, atLeast: 150 }], daysMin: 7 },
].map((draft) => ({
  version: 2,
  where: [{ attribute: "ageBand", values: ["35-44", "25-34"] }],
  groupBy: [{ attribute: "deviceClass" }],
  window: { weeks: 4 },
  privacy: { rho: "0.0200" },
  ...draft,
}));

const built = [
  ask(count(), share("mvpa", { atLeast: 150 })),
  ask(share(weekly("mvpa"), { atLeast: 150 }), count()),
  ask(count(), share(formula("moderate + 2 * vigorous"), { atLeast: 150 })),
].flatMap((start) => {
  const base = start.where("ageBand", ["25-34", "35-44"]).groupBy("deviceClass");
  return [
    base.lastWeeks(4).rho(0.02),
    base.rho("0.020").lastDays(28),
    base.between("2026-01-05", "2026-02-01").rho(0.02).minCohort(5),
    base.lastWeeks(4).rho(0.02).purpose("service-improvement").daysMin(7),
  ].map((one) => ({ version: 2, ...one.draft() }));
});

export const spellings: readonly unknown[] = [
  ...sqls.flatMap((sql) => writings.map((write) => ({ sql: write(sql) }))),
  ...drafts,
  ...built,
];
