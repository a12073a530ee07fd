// What the room shows to whoever comes without an address.

export const defaults = {
  exhibit: "permute-and-flip",
  runs: "4000",
  seed: "paceline",
  confidence: "0.99",
  threads: "",
} as const;
