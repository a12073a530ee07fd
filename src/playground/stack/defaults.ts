// What the room shows to whoever comes without an address.

export const defaults = { sql: "SELECT HISTOGRAM(rhr, 8) FROM member_week", epsilon: "0.8", phones: "100" } as const;

export const QUESTIONS = [
  { value: defaults.sql, label: "How is the resting heart rate spread?" },
  { value: "SELECT SHARE(mvpa >= 150) FROM member_week", label: "How many are active enough?" },
  { value: "SELECT MEDIAN(sleep) FROM member_week", label: "How long is a usual night?" },
  { value: "SELECT AVG(steps) FROM member_week", label: "How many steps a day?" },
];
export const EPSILONS = ["0.2", "0.4", "0.6", "0.8", "1"];
export const PHONES = ["60", "100", "150", "200", "300"];
