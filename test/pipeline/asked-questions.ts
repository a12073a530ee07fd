// Questions as analysts ask them: the text, the canonical JSON it becomes (what it leaves to the defaults is not repeated), and some of
// the numbers it answers.

export interface AskedQuestion {
  readonly what: string;
  readonly sql: { readonly select: string; readonly by?: string; readonly weeks: number; readonly with?: string };
  readonly json: object;
  readonly keys: readonly string[];
}

const ageBand = { attribute: "ageBand", values: ["18-24", "25-34", "35-44", "45-54", "55-64", "65+"] };
const site = { attribute: "site", values: ["north", "harbour"] };
const rhr = { formula: "rhr", per: "day", clip: [35, 110] };
const sleep = { formula: "sleep", per: "day", clip: [0, 840] };
const mvpa = { formula: "mvpa", per: "week", clip: [0, 6300] };

const hours = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].flatMap((day) =>
  Array.from({ length: 24 }, (_, hour) => `${day} ${`${hour}`.padStart(2, "0")}`),
);

export const asked: readonly AskedQuestion[] = [
  {
    what: "the hours of the week in which most members come",
    sql: { select: "TOP(visit_hours, 168)", weeks: 4 },
    json: { select: [{ statistic: "top", attribute: "visitHours", values: hours, limit: 168 }] },
    keys: ["all/mon 18 visitHours", "all/sun 03 visitHours", "all/count"],
  },
  {
    what: "what support is asked about, by length of membership",
    sql: { select: "TOP(support_topics), COUNT(*)", by: "GROUP BY tenure_band", weeks: 12 },
    json: {
      select: [
        {
          statistic: "top",
          attribute: "supportTopics",
          values: ["billing", "app", "classes", "equipment", "other"],
          limit: 5,
        },
        { statistic: "count" },
      ],
      groupBy: [{ attribute: "tenureBand", values: ["0-3m", "3-12m", "1-3y", "3y+"] }],
    },
    keys: ["0-3m/billing supportTopics", "1-3y/count"],
  },
  {
    what: "mean resting heart rate by age band and site",
    sql: { select: "AVG(rhr)", by: "GROUP BY age_band, site", weeks: 4 },
    json: { select: [{ statistic: "mean", of: rhr }], groupBy: [ageBand, site] },
    keys: ["18-24 × north/mean rhr", "65+ × harbour/mean rhr"],
  },
  {
    what: "median and quartiles of sleep",
    sql: { select: "QUANTILE(sleep, 0.75, 0.25, 0.5)", weeks: 4 },
    json: { select: [{ statistic: "quantile", of: sleep, levels: [0.25, 0.5, 0.75] }] },
    keys: ["all/p25 sleep", "all/median sleep", "all/p75 sleep"],
  },
  {
    what: "p10, p50 and p90 of weekly active minutes",
    sql: { select: "QUANTILE(mvpa, 0.1, 0.5, 0.9)", weeks: 1 },
    json: { select: [{ statistic: "quantile", of: mvpa, levels: [0.1, 0.5, 0.9] }] },
    keys: ["all/p10 mvpa", "all/median mvpa", "all/p90 mvpa"],
  },
  {
    what: "a histogram of steps",
    sql: { select: "HISTOGRAM(steps, 15)", weeks: 4 },
    json: {
      select: [
        {
          statistic: "histogram",
          of: { formula: "steps", per: "day", clip: [0, 30_000] },
          edges: Array.from({ length: 16 }, (_, i) => 2000 * i),
        },
      ],
    },
    keys: ["all/[0, 2000) steps", "all/[28000, 30000) steps"],
  },
  {
    what: "the share that meets the aerobic guideline",
    sql: { select: "SHARE(mvpa >= 150)", weeks: 4 },
    json: { select: [{ statistic: "share", of: mvpa, atLeast: 150 }] },
    keys: ["all/share mvpa>=150"],
  },
  {
    what: "members active this week, by site",
    sql: { select: "COUNT(*), SHARE(visits >= 1)", by: "GROUP BY site", weeks: 1 },
    json: {
      select: [
        { statistic: "share", of: { formula: "visits", per: "week", clip: [0, 21] }, atLeast: 1 },
        { statistic: "count" },
      ],
      groupBy: [site],
    },
    keys: ["north/count", "harbour/share visits>=1"],
  },
  {
    what: "who still comes after twelve weeks, by class attended most",
    sql: { select: "SHARE(visits >= 1)", by: "GROUP BY class_type", weeks: 12 },
    json: {
      select: [{ statistic: "share", of: { formula: "visits", per: "week", clip: [0, 21] }, atLeast: 1 }],
      groupBy: [{ attribute: "classType", values: ["spin", "yoga"] }],
    },
    keys: ["spin/share visits>=1", "yoga/share visits>=1"],
  },
  {
    what: "two arms of a programme beside each other",
    sql: { select: "AVG(mvpa), COUNT(*)", by: "GROUP BY app_feature", weeks: 4 },
    json: {
      select: [{ statistic: "mean", of: mvpa }, { statistic: "count" }],
      groupBy: [{ attribute: "appFeature", values: ["coach", "log"] }],
    },
    keys: ["coach/mean mvpa", "log/mean mvpa"],
  },
  {
    what: "new plan against old",
    sql: { select: "AVG(visits)", by: "WHERE site IN ('north') GROUP BY plan", weeks: 4, with: "WITH (epsilon = 0.5)" },
    json: {
      select: [{ statistic: "mean", of: { formula: "visits", per: "week", clip: [0, 21] } }],
      where: [{ attribute: "site", values: ["north"] }],
      groupBy: [{ attribute: "plan", values: ["standard", "plus"] }],
      privacy: { epsilon: "0.5" },
    },
    keys: ["standard/mean visits", "plus/mean visits"],
  },
  {
    what: "how unequal active minutes are",
    sql: { select: "STDDEV(mvpa), QUANTILE(mvpa, 0.2, 0.8)", weeks: 4 },
    json: {
      select: [
        { statistic: "quantile", of: mvpa, levels: [0.2, 0.8] },
        { statistic: "stddev", of: mvpa },
      ],
    },
    keys: ["all/stddev mvpa", "all/p20 mvpa", "all/p80 mvpa"],
  },
  {
    what: "data quality: hours worn, and which devices",
    sql: { select: "SHARE(worn >= 600), TOP(device_class)", weeks: 1, with: "WITH (days_min = 5)" },
    json: {
      select: [
        { statistic: "share", of: { formula: "worn", per: "day", clip: [0, 1440] }, atLeast: 600 },
        { statistic: "top", attribute: "deviceClass", values: ["watch", "band", "phone", "ring"], limit: 4 },
      ],
      daysMin: 5,
    },
    keys: ["all/share worn>=600"],
  },
  {
    what: "how often support was asked, by length of membership",
    sql: { select: "AVG(support_contacts), TOP(app_feature)", by: "GROUP BY tenure_band", weeks: 4 },
    json: {
      select: [
        { statistic: "top", attribute: "appFeature", values: ["coach", "log"], limit: 2 },
        { statistic: "mean", of: { formula: "support_contacts", per: "week", clip: [0, 35] } },
      ],
      groupBy: [{ attribute: "tenureBand", values: ["0-3m", "3-12m", "1-3y", "3y+"] }],
    },
    keys: ["0-3m/mean support_contacts"],
  },
  {
    what: "satisfaction by age band",
    sql: {
      select: "AVG(satisfaction)",
      by: "GROUP BY age_band",
      weeks: 4,
      with: "WITH (purpose = 'research', rho = 0.02)",
    },
    json: {
      select: [{ statistic: "mean", of: { formula: "satisfaction", per: "day", clip: [1, 5] } }],
      groupBy: [ageBand],
      purpose: "research",
      privacy: { rho: "0.02" },
    },
    keys: ["18-24/mean satisfaction", "65+/mean satisfaction"],
  },
  {
    what: "a reference range by age band, for devices to compare with",
    sql: { select: "MEDIAN(rhr), COUNT(*)", by: "GROUP BY age_band", weeks: 4 },
    json: {
      select: [{ statistic: "quantile", of: rhr, levels: [0.5] }, { statistic: "count" }],
      groupBy: [ageBand],
    },
    keys: ["35-44/median rhr"],
  },
  {
    what: "the share that meets the aerobic guideline and trains twice a week, among good sleepers",
    sql: { select: "SHARE(mvpa >= 150 AND exercise_sessions >= 2)", by: "WHERE sleep >= 300", weeks: 4 },
    json: {
      select: [
        {
          statistic: "meets",
          conditions: [
            { formula: "exercise_sessions", per: "week", op: ">=", value: 2 },
            { formula: "mvpa", per: "week", op: ">=", value: 150 },
          ],
        },
      ],
      thresholds: [{ formula: "sleep", per: "day", op: ">=", value: 300 }],
    },
    keys: ["all/share exercise_sessions>=2 and mvpa>=150"],
  },
  {
    what: "steps week by week, and their trend",
    sql: { select: "AVG(steps)", by: "GROUP BY WEEK", weeks: 4 },
    json: {
      select: [{ statistic: "mean", of: { formula: "steps", per: "day", clip: [0, 30_000] } }],
      every: 7,
      daysMin: 1,
    },
    keys: ["all/mean steps from 2025-12-31", "all/mean steps from 2026-01-21", "all/mean trend of steps"],
  },
  {
    what: "a programme's change in activity, arm by arm",
    sql: { select: "AVG(CLIP(CHANGE(mvpa), -300, 300)), COUNT(*)", by: "GROUP BY app_feature", weeks: 4 },
    json: {
      select: [
        {
          statistic: "mean",
          of: { formula: "mvpa", per: "week", clip: [-300, 300], since: "2026-01-14" },
        },
        { statistic: "count" },
      ],
      groupBy: [{ attribute: "appFeature", values: ["coach", "log"] }],
      daysMin: 3,
    },
    keys: ["coach/mean change of mvpa since 2026-01-14", "log/mean change of mvpa since 2026-01-14"],
  },
  {
    what: "before and after a campaign, in the same members",
    sql: { select: "AVG(CHANGE(steps SINCE '2026-01-07')), SHARE(CHANGE(steps SINCE '2026-01-07') >= 500)", weeks: 4 },
    json: {
      select: [
        {
          statistic: "share",
          of: { formula: "steps", per: "day", clip: [-7500, 7500], since: "2026-01-07" },
          atLeast: 500,
        },
        {
          statistic: "mean",
          of: { formula: "steps", per: "day", clip: [-7500, 7500], since: "2026-01-07" },
        },
      ],
      daysMin: 1,
    },
    keys: ["all/mean change of steps since 2026-01-07", "all/share change of steps since 2026-01-07>=500"],
  },
];
