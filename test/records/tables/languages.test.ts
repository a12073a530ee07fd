// Exports of accounts that are not kept in English: names of columns as public files have them, values made up.
import { expect, test } from "vitest";
import { knownTables } from "../../../src/records/tables/known/tables.ts";
import { read } from "./given.ts";

const load = (lines: readonly string[], path: string) => read(`${lines.join("\n")}\n`, { path });

test.each([
  ["German", "Aktivitätstyp,Datum,Favorit,Titel,Distanz,Kalorien,Zeit,Ø Herzfrequenz,Maximale Herzfrequenz", "Laufen"],
  ["German, older", "Aktivitätstyp,Datum,Favorit,Titel,Distanz,Kalorien,Zeit,Ø HF,Max. HF", "Laufen"],
  [
    "French",
    "Type d\u2019activité,Date,Favori,Titre,Distance,Calories,Durée,Fréquence cardiaque moyenne,Fréquence cardiaque maximale",
    "Course à pied",
  ],
  [
    "Spanish",
    "Tipo de actividad,Fecha,Favorito,Título,Distancia,Calorías,Tiempo,Frecuencia cardiaca media,FC máxima",
    "Carrera",
  ],
  ["Italian", "Tipo di attività,Data,Preferita,Titolo,Distanza,Calorie,Tempo,FC Media,FC max", "Corsa"],
  ["Portuguese", "Tipo de atividade,Data,Favorito,Título,Distância,Calorias,Tempo total,FC Média,FC máxima", "Corrida"],
  ["Dutch", "Activiteittype,Datum,Favoriet,Titel,Afstand,Calorieën,Tijd,Gem. HS,Max. HS", "Hardlopen"],
])("Garmin Connect activities in %s", async (_, header, kind) => {
  const { values, skips } = await load(
    [header, `${kind},2026-04-13 07:00:00,false,"Runde","5,02","1.412","00:31:30","148","163"`],
    "Activities.csv",
  );
  expect([values, skips]).toEqual([
    { "2026-04-13 exercise": [31.5], "2026-04-13 exercise_sessions": [1], "2026-04-13 hr_max": [163] },
    {},
  ]);
});

test.each([
  [
    "German",
    "Aktivitäts-ID,Aktivitätsdatum,Name der Aktivität,Aktivitätsart,Verstrichene Zeit,Distanz,Verstrichene Zeit,Bewegungszeit,Distanz",
    "13.04.2026, 22:30:00",
  ],
  [
    "French",
    "ID de l'activité,Date de l'activité,Nom de l'activité,Type d'activité,Temps écoulé,Distance,Temps écoulé,Durée de déplacement,Distance",
    "13 avr. 2026 à 22:30:00",
  ],
  [
    "Spanish",
    "ID de actividad,Fecha de la actividad,Nombre de la actividad,Tipo de actividad,Tiempo transcurrido,Distancia,Tiempo transcurrido,Tiempo en movimiento,Distancia",
    "13 abr 2026, 22:30:00",
  ],
  [
    "Dutch",
    "Activiteits-ID,Datum van activiteit,Naam activiteit,Activiteitstype,Verstreken tijd,Afstand,Verstreken tijd,Beweegtijd,Afstand",
    "13 apr. 2026 22:30:00",
  ],
])("Strava activities in %s", async (_, header, date) => {
  const { samples } = await load(
    [header, `9001,"${date}",Nacht,Lauf,2400,"8,10",2400.0,2280.0,8100.5`],
    "activities.csv",
  );
  expect(samples.map(({ metric, value }) => [metric, value])).toEqual([
    ["exercise", 38],
    ["exercise_sessions", 1],
  ]);
  expect(samples[0]?.when).toMatchObject({ start: Date.UTC(2026, 3, 13, 22, 30) });
});

test.each([
  [
    "German",
    "Startzeit des Zyklus,Endzeit des Zyklus,Zeitzone des Zyklus,Erholungswert %,Ruheherzfrequenz (Schläge pro Minute),Herzfrequenzvariabilität (ms),Beginn des Schlafs,Beginn des Aufwachens,Schlafdauer (Min.),Dauer des Tiefschlafs (Min.)",
  ],
  [
    "French",
    "Heure de début du cycle,Heure de fin du cycle,Fuseau horaire du cycle,Score de récupération %,Fréquence cardiaque au repos (bpm),Variabilité de la fréquence cardiaque (ms),Premiers signes de sommeil,Premiers signes de réveil,Durée du sommeil (min),Durée du sommeil profond (min)",
  ],
  [
    "Spanish",
    "Hora de inicio del ciclo,Hora de finalización del ciclo,Zona horaria del ciclo,Puntuación de recuperación (%),Frecuencia cardíaca en reposo (lpm),Variabilidad de la frecuencia cardíaca (ms),Inicio del sueño,Inicio de la vigilia,Duración del sueño (min),Duración de sueño profundo (SWS) (min)",
  ],
  [
    "Portuguese",
    "Hora de início do ciclo,Hora de fim do ciclo,Fuso horário do ciclo,Pontuação de recuperação %,Frequência cardíaca em repouso (bpm),Variabilidade da frequência cardíaca (ms),Início do sono,Início da vigília,Duração do sono (min),Duração profundo (Sono) (min)",
  ],
])("Whoop cycles in %s", async (_, header) => {
  const { values } = await load(
    [header, "2026-04-13 22:34:00,,UTC+02:00,61,50,48,2026-04-13 22:34:00,2026-04-14 06:40:00,450,90"],
    "cycles.csv",
  );
  expect(values).toEqual({
    "2026-04-14 readiness": [61],
    "2026-04-14 rhr": [50],
    "2026-04-14 hrv_rmssd": [48],
    "2026-04-14 sleep": [450],
    "2026-04-14 sleep_deep": [90],
  });
});

test("Whoop writes UTC as UTCZ: its sleeps then have a zone", async () => {
  const { samples } = await load(
    [
      "Cycle start time,Cycle end time,Cycle timezone,Sleep onset,Wake onset,Asleep duration (min),Nap",
      "2026-04-13 22:34:00,,UTCZ,2026-04-13 22:34:00,2026-04-14 06:40:00,450,false",
    ],
    "sleeps.csv",
  );
  expect(samples[0]?.when).toMatchObject({ zone: { offsetMinutes: 0, from: "record" } });
});

test("no name stands twice among those of one column, and the English one is first", () => {
  for (const { title, has, values } of knownTables)
    for (const names of [...has, ...values.map(({ column }) => column)]) {
      const all = names.split("|");
      expect([title, new Set(all).size]).toEqual([title, all.length]);
    }
});
