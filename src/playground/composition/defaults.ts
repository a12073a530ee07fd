// What the room shows to whoever comes without an address.

const steps = `[
  {"name": "weekly activity", "mechanism": "gaussian", "noiseMultiplier": 20, "count": 52, "every": 1},
  {"name": "a survey each quarter", "mechanism": "laplace", "noiseMultiplier": 8, "count": 4, "every": 13},
  {"name": "training in May", "mechanism": "gaussian", "noiseMultiplier": 9, "count": 30, "first": 18}
]`;
const wishes = `{
  "version": 1, "start": "2026-11-30", "weeks": 8,
  "caps": {"week": "0.1", "year": "0.3"},
  "questions": [
    {"name": "visits", "sql": "SELECT COUNT(*) FROM member_week WINDOW LAST 1 WEEKS", "members": 1500, "error": 30, "every": 1, "importance": 3},
    {"name": "resting-heart-rate", "sql": "SELECT AVG(rhr) FROM member_week GROUP BY ageBand", "members": 1500, "error": 3, "every": 4, "importance": 2},
    {"name": "sleep", "sql": "SELECT MEDIAN(sleep) FROM member_week", "members": 1500, "error": 7, "importance": 1}
  ]
}`;

export const defaults = {
  steps,
  delta: "1e-6",
  cap: "3.6",
  relation: "add-or-remove-one",
  start: "2026-01-05",
  wishes,
} as const;
