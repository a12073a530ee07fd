// What exports call their columns where the account is not kept in English: by the English name, as public files of each language have
// them. Names are compared without case, and with either apostrophe.
import type { KnownTable } from "./shape.ts";

/** By the English name, with `|` between the others. */
export type OtherNames = Readonly<Record<string, string>>;

const within = (names: string, others: OtherNames): string =>
  names
    .split(" + ")
    .map((sum) =>
      sum
        .split("|")
        .flatMap((name) => [name, ...(others[name]?.split("|") ?? [])])
        .join("|"),
    )
    .join(" + ");

/** The table with every name of a column in all languages. */
export function inAllLanguages(others: OtherNames, table: KnownTable): KnownTable {
  const named = (name: string | undefined) => (name === undefined ? undefined : within(name, others));
  const columns = {
    date: named(table.date),
    start: named(table.start),
    end: named(table.end),
    zone: named(table.zone),
  };
  return {
    ...table,
    has: table.has.map((name) => within(name, others)),
    ...(Object.fromEntries(Object.entries(columns).filter(([, name]) => name !== undefined)) as Partial<KnownTable>),
    values: table.values.map((value) => ({
      ...value,
      column: within(value.column, others),
      ...(value.where === undefined ? {} : { where: { ...value.where, column: within(value.where.column, others) } }),
    })),
  };
}

export const garminConnect: OtherNames = {
  "Activity Type": "Aktivitätstyp|Type d'activité|Tipo de actividad|Tipo di attività|Tipo de atividade|Activiteittype",
  Date: "Datum|Fecha|Data",
  Favorite: "Favorit|Favori|Favorito|Preferita|Favoriet",
  Title: "Titel|Titre|Título|Titolo",
  Time: "Zeit|Durée|Tiempo|Tempo|Tempo total|Tijd",
  "Avg HR": "Ø Herzfrequenz|Ø HF|Fréquence cardiaque moyenne|Frecuencia cardiaca media|FC media|FC média",
  "Max HR": "Maximale Herzfrequenz|Max. HF|Fréquence cardiaque maximale|FC máxima|FC max|Max. HS",
};

export const strava: OtherNames = {
  "Activity ID": "Aktivitäts-ID|ID de l'activité|ID de actividad|Activiteits-ID",
  "Activity Date": "Aktivitätsdatum|Date de l'activité|Fecha de la actividad|Datum van activiteit",
  "Activity Type": "Aktivitätsart|Type d'activité|Tipo de actividad|Activiteitstype",
  "Elapsed Time": "Verstrichene Zeit|Temps écoulé|Tiempo transcurrido|Verstreken tijd",
  "Moving Time": "Bewegungszeit|Durée de déplacement|Tiempo en movimiento|Beweegtijd",
  "Max Heart Rate": "Max. Herzfrequenz|Fréquence cardiaque max.|Frecuencia cardíaca máxima|Max. hartslag",
};

export const whoop: OtherNames = {
  "Cycle start time": "Startzeit des Zyklus|Heure de début du cycle|Hora de inicio del ciclo|Hora de início do ciclo",
  "Cycle timezone": "Zeitzone des Zyklus|Fuseau horaire du cycle|Zona horaria del ciclo|Fuso horário do ciclo",
  "Recovery score %":
    "Erholungswert %|Score de récupération %|Puntuación de recuperación (%)|Pontuação de recuperação %",
  "Resting heart rate (bpm)":
    "Ruheherzfrequenz (Schläge pro Minute)|Fréquence cardiaque au repos (bpm)|Frecuencia cardíaca en reposo (lpm)|Frequência cardíaca em repouso (bpm)",
  "Heart rate variability (ms)":
    "Herzfrequenzvariabilität (ms)|Variabilité de la fréquence cardiaque (ms)|Variabilidad de la frecuencia cardíaca (ms)|Variabilidade da frequência cardíaca (ms)",
  "Blood oxygen %": "Blutsauerstoff %|Niveau d'oxygène %|Oxígeno en sangre %|% de oxigênio no sangue",
  "Max HR (bpm)": "Max HF (Schläge pro Minute)|FC max. (bpm)|FC máx. (lpm)|FC máx. (bpm)",
  "Average HR (bpm)": "Durchschnittliche HF (Schläge pro Minute)|FC moyenne (bpm)|FC promedio (lpm)|FC média (bpm)",
  "Sleep onset": "Beginn des Schlafs|Premiers signes de sommeil|Inicio del sueño|Início do sono",
  "Wake onset": "Beginn des Aufwachens|Premiers signes de réveil|Inicio de la vigilia|Início da vigília",
  "Respiratory rate (rpm)":
    "Atemfrequenz (Atemzüge/Min.)|Fréquence respiratoire (tr/min)|Frecuencia respiratoria (rpm)|Frequência respiratória (rpm)",
  "Asleep duration (min)": "Schlafdauer (Min.)|Durée du sommeil (min)|Duración del sueño (min)|Duração do sono (min)",
  "Light sleep duration (min)":
    "Dauer des Leichtschlafs (Min.)|Durée du sommeil léger (min)|Duración de sueño ligero (min)|Duração do sono leve (min)",
  "Deep (SWS) duration (min)":
    "Dauer des Tiefschlafs (Min.)|Durée du sommeil profond (min)|Duración de sueño profundo (SWS) (min)|Duração profundo (Sono) (min)",
  "REM duration (min)":
    "Dauer des REM-Schlafs (Min.)|Durée du sommeil paradoxal (min)|Duración de sueño REM (min)|Duração REM (min)",
  "Sleep efficiency %": "Schlafeffizienz %|Efficacité du sommeil %|Eficiencia del sueño %|Eficácia do sono %",
  Nap: "Nickerchen|Sieste|Siesta|Sesta",
  "Workout start time": "Startzeit des Trainings",
  "Workout end time": "Endzeit des Trainings",
  "Duration (min)": "Dauer (Min.)",
};
