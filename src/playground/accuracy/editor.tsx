// The question as text: names offered while it is typed, and what is wrong shown at its word.
import type { Signal } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { type Suggest, useOffers } from "./offers.ts";
import type { Checked } from "./planning.ts";

export function SqlEditor({
  value,
  wrong,
  suggest,
}: {
  readonly value: Signal<string>;
  readonly wrong: Checked["wrong"];
  readonly suggest: Suggest;
}) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const { options, chosen, offer, take, close, onKeyDown } = useOffers(value, area, suggest);
  return (
    <div class="editor">
      <label class="label-like" for={id}>
        Question
      </label>
      <textarea
        id={id}
        ref={area}
        class="code"
        rows={4}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-controls={`${id}-list`}
        aria-activedescendant={chosen.value >= 0 ? `${id}-${chosen.value}` : undefined}
        aria-invalid={wrong !== undefined}
        aria-describedby={`${id}-wrong`}
        value={value.value}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.value;
          void offer(currentTarget.value, currentTarget.selectionStart);
        }}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
      <div
        id={`${id}-list`}
        class="offers"
        role="listbox"
        aria-label="What may come next"
        hidden={options.length === 0}
      >
        {options.map((option, at) => (
          <div
            key={`${option.kind} ${option.text}`}
            id={`${id}-${at}`}
            role="option"
            tabIndex={-1}
            aria-selected={at === chosen.value}
            // Before the field loses its focus.
            onPointerDown={(event) => {
              event.preventDefault();
              take(option);
            }}
          >
            <code>{option.text}</code> <span>{option.about}</span>
          </div>
        ))}
      </div>
      <div id={`${id}-wrong`} class={wrong === undefined ? "" : "trouble"} aria-live="polite">
        {wrong === undefined ? null : (
          <>
            <p class="said">{wrong.message}</p>
            {wrong.hint === undefined ? null : <p>{wrong.hint}</p>}
            {wrong.problem === undefined ? null : (
              <button
                type="button"
                class="quiet"
                onClick={() => {
                  const { offset = 0, length = 0 } = wrong.problem ?? {};
                  area.current?.focus();
                  area.current?.setSelectionRange(offset, offset + length);
                }}
              >
                Go to it
              </button>
            )}
          </>
        )}
      </div>
      <p class="hint">Names are offered as you type, and with Ctrl and space; arrows and Enter take one.</p>
    </div>
  );
}
