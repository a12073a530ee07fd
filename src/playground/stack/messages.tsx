// Who sends what to whom, in order; each message opens into its bytes, field by field.
import { whole } from "../parts/numbers.ts";
import type { Message, Who } from "./messages.ts";

const lanes: readonly Who[] = ["phone", "coordinator", "helper", "analyst"];
const titles: Readonly<Record<Who, string>> = {
  phone: "Phones",
  coordinator: "Coordinator",
  helper: "Helper",
  analyst: "Analyst",
};

/** What each of them has at any time. */
const sees: Readonly<Record<Who, string>> = {
  phone: "its own days",
  coordinator: "one half of each answer",
  helper: "the other half",
  analyst: "noised numbers",
};

export function Messages({ messages }: { readonly messages: readonly Message[] }) {
  return (
    <section class="card lanes" aria-label="Messages">
      <h2>Who sends what to whom</h2>
      <p class="muted">
        One question, {messages.length} messages, from top to bottom. Neither half alone tells anything, and only sums
        with noise are ever put together.
      </p>
      <ul class="heads">
        {lanes.map((lane) => (
          <li key={lane}>
            <strong>{titles[lane]}</strong> <span>{sees[lane]}</span>
          </li>
        ))}
      </ul>
      <ol>
        {messages.map(({ name, from, to, about, bytes, fields }, at) => (
          <li key={name}>
            <span class={`arrow between-${lanes.indexOf(from) + 1}-${lanes.indexOf(to) + 1}`} aria-hidden="true" />
            <p class="what">
              <strong>
                {at + 1}. {name}
              </strong>{" "}
              <span class="muted">
                {titles[from].toLowerCase()} to {titles[to].toLowerCase()}
              </span>
              <br />
              {about}
            </p>
            <details>
              <summary>{whole(bytes)} bytes, field by field</summary>
              <dl class="bytes">
                {fields.map(({ name, bytes, shown, means }) => (
                  <div key={name}>
                    <dt>
                      {name} <span class="muted">{whole(bytes)} B</span>
                    </dt>
                    <dd>
                      <code>{shown}</code>
                      <span class="muted">{means}</span>
                    </dd>
                  </div>
                ))}
              </dl>
            </details>
          </li>
        ))}
      </ol>
    </section>
  );
}
