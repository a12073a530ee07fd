// What the room shows to whoever comes without an address.

export const defaults = {
  attack: "averaging",
  sql: "SELECT AVG(rhr) FROM member_week",
  epsilon: "0.4",
  target: "extreme",
  knows: "one noise",
  answers: "32",
  runs: "2000",
  seed: "paceline",
  confidence: "0.99",
  threads: "",
} as const;
