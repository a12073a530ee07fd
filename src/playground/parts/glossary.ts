// Words that a newcomer may not know, each in two sentences at most.

export const glossary = {
  epsilon:
    "ε bounds how much anything that can be concluded from an answer depends on one member: chances differ by a factor of at most e^ε with them or without. Smaller is more private.",
  delta:
    "δ is the chance left over in which the bound by ε may fail. It should be far below one over the number of members.",
  rho: "ρ is the budget of zero-concentrated differential privacy: it adds up exactly over many answers, so the ledgers count in it.",
  interval:
    "Nine and a half in ten such intervals hold the value they are about. Here they cover the noise and which members happened to answer.",
  clipping:
    "A device moves a value beyond public bounds to the nearest bound, so that no member can move a sum by more than is accounted for.",
  pld: "The privacy loss distribution: numerically exact composition, with a certified bound on each side.",
  rdp: "Rényi differential privacy: a curve of bounds that adds up, turned into ε at one δ at the end.",
  audited:
    "What an attack showed by doing it many times: with the stated confidence no promise below this can be true. Here the limits are Clopper and Pearson's, which hold for any number of runs.",
  share: "One of two halves of a report. Each alone is uniformly random; only their sum says anything.",
} as const;

export type GlossaryName = keyof typeof glossary;
