// Buttons for whoever is hostile, and what became of it.
import { useSignal } from "@preact/signals";
import { troubleOf } from "../shell/desk.ts";
import type { AttackName, Verdict } from "./attacks.ts";

const buttons: readonly { readonly name: AttackName; readonly title: string; readonly about: string }[] = [
  { name: "flip", title: "Flip a bit", about: "of a report on its way" },
  { name: "replay", title: "Replay", about: "a report that was taken" },
  { name: "overAsk", title: "Over-ask", about: "beyond the week's budget" },
  { name: "swapKey", title: "Swap a key", about: "to read the helper's half too" },
  { name: "restore", title: "Restore an old ledger", about: "to spend the same budget twice" },
  { name: "collude", title: "Collude", about: "both put their keys together" },
];

export function Attacks({
  run,
  ready,
}: {
  readonly ready: boolean;
  readonly run: (name: AttackName) => Promise<Verdict>;
}) {
  const verdicts = useSignal<Readonly<Partial<Record<AttackName, Verdict>>>>({});
  const busy = useSignal<AttackName | undefined>(undefined);
  const attack = async (name: AttackName) => {
    busy.value = name;
    try {
      verdicts.value = { ...verdicts.value, [name]: await run(name) };
    } catch (error) {
      verdicts.value = { ...verdicts.value, [name]: { held: false, by: "nobody", says: troubleOf(error).message } };
    } finally {
      busy.value = undefined;
    }
  };
  return (
    <section class="card" aria-label="Attacks">
      <h2>Now cheat</h2>
      {ready ? null : <p class="muted">Run it first.</p>}
      <ul class="attacks">
        {buttons.map(({ name, title, about }) => {
          const verdict = verdicts.value[name];
          return (
            <li key={name}>
              <button type="button" disabled={!ready || busy.value !== undefined} onClick={() => void attack(name)}>
                {title}
              </button>{" "}
              <span class="muted">{about}</span>
              <p aria-live="polite" class={verdict === undefined ? "hidden" : verdict.held ? "held" : "lost"}>
                {verdict === undefined ? null : (
                  <>
                    <strong>{verdict.held ? `Refused by ${verdict.by}:` : `Stopped by ${verdict.by}.`}</strong>{" "}
                    {verdict.says}
                  </>
                )}
              </p>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
