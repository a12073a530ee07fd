// The rooms of the playground, in the order they are shown. README.md says how to add one.
import type { ComponentType } from "preact";

export interface PlaygroundRoom {
  /** In the address. */
  readonly id: string;
  readonly title: string;
  /** One sentence: what can be learned here. */
  readonly lead: string;
  /** Loaded when it is first opened. */
  load(): Promise<ComponentType>;
}

export const rooms: readonly PlaygroundRoom[] = [
  {
    id: "accuracy",
    title: "Accuracy",
    lead: "How exact would an answer be, for which budget and how many members?",
    load: async () => (await import("./accuracy/room.tsx")).Room,
  },
  {
    id: "composition",
    title: "Composition",
    lead: "What do many answers and trainings add up to, and until when does a budget last?",
    load: async () => (await import("./composition/room.tsx")).Room,
  },
  {
    id: "stack",
    title: "The whole stack",
    lead: "Who sees what on the way from a phone to an answer, and what happens when somebody cheats?",
    load: async () => (await import("./stack/room.tsx")).Room,
  },
  {
    id: "attacks",
    title: "Attack lab",
    lead: "What does an attacker learn from answers, and which promises does that refute?",
    load: async () => (await import("./attacks/room.tsx")).Room,
  },
  {
    id: "museum",
    title: "Museum of defects",
    lead: "Nine known mistakes of other systems, run as they were, and what is done in their place.",
    load: async () => (await import("./museum/room.tsx")).Room,
  },
  {
    id: "training",
    title: "Training lab",
    lead: "What do noise, clipping and different people do to a model, and what would updates give away without?",
    load: async () => (await import("./training/room.tsx")).Room,
  },
];
