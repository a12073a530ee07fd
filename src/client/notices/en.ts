import type { Words } from "./words.ts";

const purposes = {
  "service-improvement": "This is asked to make the service better.",
  research: "This is asked for research. The results are made public.",
  "model-training": "This is asked to train a model with many people.",
} as const;

const list = (things: readonly string[]): string =>
  things.length < 2 ? (things[0] ?? "") : `${things.slice(0, -1).join(", ")} and ${things.at(-1)}`;

export const english: Words = {
  purpose: (purpose) => purposes[purpose],
  tells: (things) => `Your device would tell ${list(things)}.`,
  name: (_, title) => title,
  mean: (name, span) => `your usual ${name} in a ${span}`,
  formula: (names, span) => `one number made of your ${list(names)} in a ${span}`,
  each: (thing, periods, days) => `${thing}, for each of ${periods} times ${days} days`,
  change: (mean, since) => `how much ${mean} changed from ${since} on`,
  trend: (mean, periods) => `how ${mean} rose or fell over ${periods} periods`,
  condition: (mean, op, value) => `${mean} is ${op === ">=" ? "at least" : "below"} ${value}`,
  whether: (conditions) => `whether ${list(conditions)}`,
  thresholds: (conditions) => `It only counts you if ${list(conditions)}. If not, an empty answer goes out.`,
  present: "that you take part",
  attribute: (name) => `your ${name}`,
  ranges: (thing, count) => `${thing}, as one of ${count} ranges`,
  choices: (thing, count) => `${thing}, as one of ${count}`,
  events: (thing, most, count) => `${thing}, at most ${most} of ${count}`,
  rounded: (thing) => `${thing}, rounded`,
  groups: (names) => `It would also tell your ${list(names)}.`,
  filters: (names) => `It only counts you if your ${list(names)} fits. If not, an empty answer goes out.`,
  model: (names) => `Your device would learn from your ${list(names)}, and send one small step of what it learned.`,
  days: (first, last) => `It looks at your days from ${first} to ${last}.`,
  hidden: (minBatch) =>
    `Your answer is split in two and sealed. Nobody can read it. It is added up with at least ${minBatch} answers, some of which may be empty, and noise is added.`,
  loss: (epsilon) => `What can be learned of you from this answer is limited: ε is at most ${epsilon}.`,
  until: (day) => `It is asked until ${day}.`,
  masked: {
    hidden: (survivors) =>
      `Your device hides its step under masks that it makes with the devices of others. The masks go away only when the steps of at least ${survivors} devices are added up, some of which may be empty. Each device adds some noise of its own.`,
    seen: (coordinator, registrar) =>
      `${coordinator} adds up the steps. It sees the sum, who takes part by a key that is used once, and when each device answers. A device with no such days may answer sooner. ${registrar} knows your account and that you take part. It sees no step.`,
    unprotected: (corrupt, members, alone) =>
      `This holds if these two do not work as one, and if at most ${corrupt} of ${members} devices help them to cheat. If not, only the noise of your own device hides your step. Then ε can be ${alone}.`,
    cost: (percent) =>
      `It takes ${percent} % of what your device may tell in a week. That is gone once enough devices have joined, even if the round fails then.`,
    lasts: (day) => `Your device sends seven short answers, the last by ${day}. Just one of them holds your step.`,
    back: "You can stop until your step has left. After that, no one can take it out of the sum.",
  },
  no: "You can say no at any time. Nothing gets worse for you.",
  list,
};
