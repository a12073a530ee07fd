// What the room shows to whoever comes without an address.

export const defaults = {
  /** Concentration of the Dirichlet distribution of people's classes. */
  skew: "1",
  members: "200",
  dropout: "0.1",
  clip: "0.5",
  rounds: "20",
  epsilons: "0.5, 1, 2, 4, 8, 16",
  noise: "two-aggregators",
  repeats: "4",
  seed: "paceline",
  /** None: as many as the machine has. */
  threads: "",
  /** Of the inversion. */
  summed: "50",
  noiseEpsilon: "8",
  hidden: "0",
} as const;
