// A walk of ten minutes: each step is a room in a state worth looking at.
import { formatRoute } from "../shell/route.ts";

interface Step {
  readonly title: string;
  readonly look: string;
  readonly room: string;
  readonly fields: Readonly<Record<string, string>>;
}

const steps: readonly Step[] = [
  {
    title: "Follow one answer",
    look: "Open each message: nothing that passes is in the clear, and what is released is not what was said.",
    room: "stack",
    fields: {},
  },
  {
    title: "Cheat",
    look: "Press the six buttons. Five are refused, each by somebody else; the sixth is what the two organisations promise not to do.",
    room: "stack",
    fields: { sql: "SELECT SHARE(mvpa >= 150) FROM member_week", phones: "60" },
  },
  {
    title: "See what ε buys",
    look: "Move the budget: beyond some ε the solid curve stays where it is. From there on only more members help.",
    room: "accuracy",
    fields: {},
  },
  {
    title: "Ask too few",
    look: "With 100 members in six groups an answer says next to nothing, and the page says so before anybody is asked.",
    room: "accuracy",
    fields: { members: "100", epsilon: "0.3" },
  },
  {
    title: "Compare trust",
    look: "Scroll to the end: without anybody to trust, the same count is many times less exact.",
    room: "accuracy",
    fields: { sql: "SELECT COUNT(*) FROM member_week", members: "10000" },
  },
  {
    title: "Add a year up",
    look: "Which accountant proves the least ε, and on which day does the budget end? Leave the training out and look again.",
    room: "composition",
    fields: {},
  },
  {
    title: "Average the noise away",
    look: "One promise turns red: of a system that draws noise anew and states the price of one answer. Then choose the static attribute.",
    room: "attacks",
    fields: {},
  },
  {
    title: "Learn from others' mistakes",
    look: "Laplace noise in doubles looks right in every plot, and its last digits tell everything. Run all nine.",
    room: "museum",
    fields: { exhibit: "float-laplace" },
  },
  {
    title: "Train, and read an update",
    look: "One update gives somebody's week away, hour by hour; the noised sum gives nothing. What does the noise cost the model?",
    room: "training",
    fields: { members: "500" },
  },
];

export function Tour() {
  return (
    <section class="card tour" aria-label="A tour of ten minutes">
      <h2>A tour of ten minutes</h2>
      <ol>
        {steps.map(({ title, look, room, fields }) => (
          <li key={title}>
            <a href={formatRoute({ room, fields })}>{title}</a> <span class="muted">{look}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
