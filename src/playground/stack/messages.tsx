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

export function Messages({ messages }: { readonly messages: readonly Message[] }) {
  return (
    <section class="card lanes" aria-label="Messages">
      <h2>Who sends what to whom</h2>
      <div class="heads" aria-hidden="true">
        {lanes.map((lane) => (
          <span key={lane}>{titles[lane]}</span>
        ))}
      </div>
      <ol>
        {messages.map((message) => (
          <li key={message.name}>
            <details>
              <summary>
                <span
                  class={`arrow between-${lanes.indexOf(message.from) + 1}-${lanes.indexOf(message.to) + 1}`}
                  aria-hidden="true"
                />
                <span class="what">
                  <strong>{message.name}</strong>{" "}
                  <span class="muted">
                    {titles[message.from].toLowerCase()} to {titles[message.to].toLowerCase()}, {whole(message.bytes)}{" "}
                    bytes
                  </span>
                </span>
              </summary>
              <p>{message.about}</p>
              <dl class="bytes">
                {message.fields.map(({ name, bytes, shown, means }) => (
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
