// A demo run with plausible numbers: 35 of 1,000 members would be too few for most of it, 942 are enough.

import type { DemoCell, DemoDocument, DemoStory } from "../../../src/cli/demo/document.ts";
import type { Meaning } from "../../../src/figures/meanings.ts";

type Numbers = readonly [estimate: number, privacy: number, full: number, truth: number];

const cell = (key: string, meaning: Meaning, [estimate, privacy, full, truth]: Numbers): DemoCell => ({
  key,
  group: key.startsWith("all/") ? null : (key.split("/")[0] as string),
  meaning,
  estimate,
  interval95: [estimate - full, estimate + full],
  privacyInterval95: [estimate - privacy, estimate + privacy],
  privacyNoiseSd: privacy / 2,
  truth,
});

const value = (title: string, unit: string): Meaning => ({ kind: "value", title, unit });
const bpm = (title: string) => value(`${title} resting heart rate`, "beats per minute");
const night = (title: string) => value(`${title} sleep`, "minutes a night");
const members: Meaning = { kind: "count", title: "Members counted", unit: "members" };

const band = (group: string, count: number, median: number): DemoCell[] => [
  cell(`${group}/count`, members, [count, 19, 19, count + 6]),
  cell(`${group}/mean rhr`, bpm("Average"), [median + 0.61, 1.42, 1.97, median + 0.2]),
  cell(`${group}/p25 rhr`, bpm("25 % have below"), [median - 5.22, 1.3, 2.1, median - 5.6]),
  cell(`${group}/median rhr`, bpm("Median"), [median, 1.61, 2.23, median - 0.7]),
  cell(`${group}/p75 rhr`, bpm("75 % have below"), [median + 5.91, 1.7, 2.4, median + 6.4]),
];

const privacy = {
  epsilon: 1,
  delta: 0,
  rho: 0.313261688,
  unit: "member",
  neighbouring: "zero-out",
  mechanism: "discrete-laplace",
  trustMode: "two-aggregators",
};

export const demoDocument: DemoDocument = {
  members: 1000,
  consented: 942,
  reports: { uploaded: 2829, null: 143, accepted: 2826, rejected: 3 },
  releases: [
    {
      question: "What is a usual resting heart rate by age band?",
      cells: [
        ...band("18-24", 96, 61.37),
        ...band("25-34", 231, 62.04),
        ...band("35-44", 248, 63.48),
        ...band("45-54", 187, 64.91),
        ...band("55-64", 120, 65.7),
      ],
      privacy,
    },
    {
      question: "How long do members sleep a night?",
      cells: [
        cell("all/count", members, [921, 21, 21, 918]),
        cell("all/mean sleep", night("Average"), [421.6, 4.8, 6.3, 419.9]),
        cell("all/p25 sleep", night("25 % have below"), [381.2, 5.1, 8.2, 379.1]),
        cell("all/median sleep", night("Median"), [424.3, 4.4, 7.3, 422.8]),
        cell("all/p75 sleep", night("75 % have below"), [463.8, 5.5, 8.8, 466.2]),
      ],
      privacy,
    },
    {
      question: "How many members meet the WHO aerobic guideline (150 moderate-equivalent minutes a week)?",
      cells: [
        cell("all/count", members, [933, 8, 8, 931]),
        cell(
          "all/share mvpa>=150",
          { kind: "share", title: "Share of members with activity of 150 or more", unit: "% of members" },
          [0.6142, 0.0071, 0.0322, 0.6161],
        ),
      ],
      privacy: { ...privacy, epsilon: 0.98, delta: 1e-6, mechanism: "discrete-gaussian", rho: 0.0173 },
    },
  ],
  training: {
    rounds: 12,
    accuracy: 0.7428,
    central: 0.7713,
    withoutPrivacy: 0.7659,
    rho: 0.4181,
    majority: 0.6934,
    auc: { here: 0.7817, central: 0.8244, withoutPrivacy: 0.8172 },
  },
  ledger: { cap: 2, spent: 1.3577 },
  attacks: [
    { name: "a forged 10,000 bpm", refusedBy: "helper and leader, by the proof", code: "vdaf_prep_error" },
    { name: "a flipped bit", refusedBy: "helper", code: "hpke_decrypt_error" },
    { name: "a replayed report", refusedBy: "coordinator (leader)", code: "report_replayed" },
    { name: "a manifest with the purpose changed to advertising", refusedBy: "every device", code: "manifest_refused" },
    { name: "the same question 1,000 times", refusedBy: "coordinator (ledger)", code: "same_release" },
    { name: "a cohort of 12", refusedBy: "coordinator, and helper on its own", code: "policy_refused" },
  ],
  canary: { bytes: 48_213_904, values: 9_412, hits: 0 },
  seconds: 41.4,
  notes: [
    "The members are simulated. 942 devices, two services and an analyst ran as separate programs on one computer.",
  ],
};

const weeks = ["2026-W10", "2026-W11", "2026-W12", "2026-W13"];
const epsilons = [0.1, 0.2, 0.5, 1, 2, 4, 8];
const cohorts = [35, 200, 1000, 10_000];

export const demoStory: DemoStory = {
  three: {
    phone: "58.2 bpm",
    leader: "9f4be10c77d2a836",
    helper: "03c85d6a1be47f92",
  },
  comparison: "58 bpm: lower than about 78 % (71–84 %) of members aged 35–44",
  log: [
    {
      at: "2026-03-30 08:14",
      bytes: 4386,
      to: "http://127.0.0.1:43127/tasks/AAAA/reports",
      question: "What is a usual resting heart rate by age band?",
      what: "One bucket of resting heart rate with the age band, split into two sealed shares",
      rho: 0.313261688,
    },
    {
      at: "2026-03-30 08:14",
      bytes: 1922,
      to: "http://127.0.0.1:43127/tasks/BBBB/reports",
      question: "How long do members sleep a night?",
      what: "One bucket of sleep, split into two sealed shares",
      rho: 0.313261688,
    },
    {
      at: "2026-03-30 08:15",
      bytes: 738,
      to: "http://127.0.0.1:43127/tasks/CCCC/reports",
      question: "How many members meet the WHO aerobic guideline (150 moderate-equivalent minutes a week)?",
      what: "Below 150 minutes or not, split into two sealed shares",
      rho: 0.0173,
    },
  ],
  score: {
    title: "Likely to visit the gym next week",
    probability: 0.634,
    reasons: [
      { title: "Visits in the last four weeks", contribution: 0.92 },
      { title: "Resting heart rate", contribution: -0.181 },
      { title: "steps, last month against the month before", contribution: 0.34 },
      { title: "Sleep on a usual night", contribution: -0.47 },
      { title: "Days since the last visit", contribution: -0.0612 },
    ],
  },
  ledger: weeks.map((epoch, at) => ({ epoch, cap: 2, spent: [0.6438, 0.6438, 1.0619, 1.3577][at] as number })),
  widths: {
    what: "the mean resting heart rate of one of five age bands",
    unit: "beats per minute",
    cohorts,
    epsilons,
    halfWidths: cohorts.map((members) => epsilons.map((epsilon) => Math.min(37.5, 1480 / (members * epsilon)))),
  },
};
