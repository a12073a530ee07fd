// What is offered while a question is typed, and the keys that take it.
import { type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useRef } from "preact/hooks";
import type { Suggestion, Suggestions } from "../../query/index.ts";

const SHOWN = 8;

export type Suggest = (sql: string, at: number) => Promise<Suggestions>;

export function useOffers(value: Signal<string>, area: RefObject<HTMLTextAreaElement | null>, suggest: Suggest) {
  const offered = useSignal<Suggestions | undefined>(undefined);
  const chosen = useSignal(-1);
  const latest = useRef(0);
  const options = (offered.value?.options ?? []).slice(0, SHOWN);
  const close = () => {
    latest.current += 1;
    offered.value = undefined;
    chosen.value = -1;
  };
  const offer = async (sql: string, at: number) => {
    const mine = ++latest.current;
    const found = await suggest(sql, at).catch(() => undefined);
    if (mine !== latest.current) return;
    offered.value = found;
    chosen.value = -1;
  };
  const take = ({ text }: Suggestion) => {
    const { from, to } = offered.value ?? { from: 0, to: 0 };
    const sql = value.value;
    value.value = sql.slice(0, from) + text + sql.slice(to);
    close();
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(from + text.length, from + text.length);
    });
  };
  const onKeyDown = (event: KeyboardEvent & { readonly currentTarget: HTMLTextAreaElement }) => {
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      void offer(event.currentTarget.value, event.currentTarget.selectionStart);
      return;
    }
    if (options.length === 0) return;
    const picked = options[chosen.value];
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") chosen.value = (chosen.value + 1) % options.length;
    else if (event.key === "ArrowUp") chosen.value = ((chosen.value + options.length) % (options.length + 1)) - 1;
    else if (event.key === "Enter" && picked !== undefined) take(picked);
    else return;
    event.preventDefault();
  };
  return { options, chosen, offer, take, close, onKeyDown };
}
