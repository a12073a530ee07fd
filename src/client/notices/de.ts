import type { Words } from "./words.ts";

const purposes = {
  "service-improvement": "Gefragt wird, um den Dienst besser zu machen.",
  research: "Gefragt wird für die Forschung. Die Ergebnisse werden veröffentlicht.",
  "model-training": "Gefragt wird, um mit vielen Menschen ein Modell zu trainieren.",
} as const;

/** Of the built-in registry, by id; a test holds it to be complete. */
export const germanNames: Readonly<Record<string, string>> = {
  steps: "Schritte",
  distance: "Strecke zu Fuß",
  floors: "Stockwerke",
  active_energy: "Energie durch Bewegung",
  rhr: "Ruhepuls",
  hr_mean: "mittlerer Puls",
  hr_max: "höchster Puls",
  hrv_rmssd: "Pulsschwankung (RMSSD)",
  hrv_sdnn: "Pulsschwankung (SDNN)",
  sleep: "Schlaf",
  sleep_deep: "Tiefschlaf",
  sleep_light: "leichter Schlaf",
  sleep_rem: "REM-Schlaf",
  sleep_efficiency: "Anteil des Schlafs an der Zeit im Bett",
  sleep_onset: "Zeit des Einschlafens",
  naps: "Nickerchen",
  moderate: "mäßige Bewegung",
  vigorous: "starke Bewegung",
  exercise_sessions: "Trainings",
  exercise: "Zeit im Training",
  weight: "Gewicht",
  bmi: "Body-Mass-Index",
  body_fat: "Körperfett",
  spo2: "Sauerstoff im Blut",
  resp_rate: "Atemzüge in der Minute",
  vo2max: "geschätzte VO2 max",
  skin_temp: "Abweichung der Hauttemperatur",
  stress: "Stresswert des Herstellers",
  readiness: "Bereitschaftswert des Herstellers",
  worn: "Zeit am Körper",
  visits: "Besuche im Studio",
  classes: "besuchte Kurse",
  support_contacts: "Anfragen an den Kundendienst",
  app_opens: "Starts der App",
  satisfaction: "Zufriedenheit von 1 bis 5",
  ageBand: "Altersgruppe",
  deviceClass: "Art des Geräts",
  tenureBand: "Dauer der Mitgliedschaft",
  site: "Heimatstandort",
  plan: "Tarif",
  sex: "Geschlecht, wie selbst angegeben",
  classType: "meistbesuchte Kursart",
  appFeature: "meistgenutzter Teil der App",
  visitHours: "Stunden der Woche mit Besuch",
  supportTopics: "Themen der Anfragen an den Kundendienst",
};

const list = (things: readonly string[]): string =>
  things.length < 2 ? (things[0] ?? "") : `${things.slice(0, -1).join(", ")} und ${things.at(-1)}`;

const spans = { day: "am Tag", week: "in der Woche" } as const;

export const german: Words = {
  purpose: (purpose) => purposes[purpose],
  tells: (things) => `Dein Gerät würde angeben: ${list(things)}.`,
  name: (id, title) => (Object.hasOwn(germanNames, id) ? (germanNames[id] as string) : title),
  mean: (name, span) => `${name} ${spans[span]}, im Mittel`,
  formula: (names, span) => `eine Zahl aus ${list(names)} ${spans[span]}`,
  each: (thing, periods, days) => `${thing}, für jede von ${periods} Spannen zu ${days} Tagen`,
  change: (mean, since) => `wie sich das ab ${since} geändert hat: ${mean}`,
  trend: (mean, periods) => `wie das über ${periods} Spannen steigt oder fällt: ${mean}`,
  condition: (mean, op, value) => `${mean} ${op === ">=" ? "mindestens" : "unter"} ${value}`,
  whether: (conditions) => `ob das stimmt: ${list(conditions)}`,
  thresholds: (conditions) =>
    `Du zählst nur mit, wenn das stimmt: ${list(conditions)}. Sonst geht eine leere Antwort hinaus.`,
  present: "dass du mitmachst",
  attribute: (name) => name,
  ranges: (thing, count) => `${thing}, als einer von ${count} Bereichen`,
  choices: (thing, count) => `${thing}, als eines von ${count}`,
  events: (thing, most, count) => `${thing}, höchstens ${most} von ${count}`,
  rounded: (thing) => `${thing}, gerundet`,
  groups: (names) => `Dazu kommt: ${list(names)}.`,
  filters: (names) => `Du zählst nur mit, wenn das passt: ${list(names)}. Sonst geht eine leere Antwort hinaus.`,
  model: (names) => `Dein Gerät würde hieraus lernen: ${list(names)}. Es schickt einen kleinen Schritt des Gelernten.`,
  days: (first, last) => `Es geht um deine Tage vom ${first} bis zum ${last}.`,
  hidden: (minBatch) =>
    `Deine Antwort wird geteilt und versiegelt. Niemand kann sie lesen. Sie wird mit mindestens ${minBatch} Antworten addiert, von denen manche leer sein können. Dazu kommt Rauschen.`,
  loss: (epsilon) => `Was man aus dieser Antwort über dich lernen kann, ist begrenzt: ε ist höchstens ${epsilon}.`,
  until: (day) => `Gefragt wird bis zum ${day}.`,
  masked: {
    hidden: (survivors) =>
      `Dein Gerät versteckt seinen Schritt unter Masken. Die macht es mit den Geräten von anderen aus. Die Masken fallen erst weg, wenn die Schritte von mindestens ${survivors} Geräten addiert sind, von denen manche leer sein können. Jedes Gerät gibt etwas Rauschen dazu.`,
    seen: (coordinator, registrar) =>
      `${coordinator} addiert die Schritte. Dort sieht man die Summe, wer mitmacht (nur als Schlüssel für einmal) und wann jedes Gerät antwortet. Wer keine solchen Tage hat, ist vielleicht früher fertig. ${registrar} kennt dein Konto und weiß, dass du mitmachst. Dort sieht man keinen Schritt.`,
    unprotected: (corrupt, members, alone) =>
      `Das gilt, wenn die beiden nicht gemeinsame Sache machen und ihnen höchstens ${corrupt} von ${members} Geräten beim Betrug helfen. Sonst schützt dich nur das Rauschen von deinem Gerät. Dann kann ε ${alone} sein.`,
    cost: (percent) =>
      `Das kostet ${percent} % von dem, was dein Gerät in einer Woche sagen darf. Es ist weg, sobald genug Geräte dabei sind, auch wenn die Runde dann scheitert.`,
    lasts: (day) =>
      `Dein Gerät schickt sieben kurze Antworten, die letzte bis zum ${day}. Nur in einer ist dein Schritt.`,
    back: "Du kannst aufhören, bis dein Schritt das Gerät verlassen hat. Danach kann ihn niemand mehr aus der Summe nehmen.",
  },
  no: "Du kannst jederzeit nein sagen. Für dich wird dadurch nichts schlechter.",
  list,
};
