// A JSON file for a reader: its objects one after the other, and what was wrong with it said.
import { parseJson } from "../../base/json.ts";
import type { Input, ReadOptions } from "../reader.ts";
import { type JsonObject, JsonStream, type JsonValue } from "./json.ts";
import type { Teller } from "./teller.ts";
import { latin1 } from "./xml.ts";

/**
 * @param streams whether the array at a path of keys is too long to hold
 * @param take an object of the outermost array, a document, or an element of an array that streams: then with its path
 */
export async function eachObject(
  input: Input,
  { signal }: ReadOptions,
  teller: Teller,
  streams: (path: string) => boolean,
  take: (object: JsonObject, path: string) => void,
): Promise<void> {
  const stream = new JsonStream({
    streams,
    value(value, path) {
      teller.next();
      const object = asObject(value);
      if (object !== undefined) take(object, path);
    },
  });
  for await (const piece of input.open()) {
    signal?.throwIfAborted();
    stream.push(piece);
  }
  stream.end();
  if (stream.fault !== undefined) teller.note(stream.fault === "truncated" ? "truncated" : "damaged", stream.faults);
}

/** The head of a file that may be JSON, as text; "" for any other. */
export function jsonHead(head: Uint8Array): string {
  const text = latin1(head, 0, head.length);
  const first = text.replace("\u00ef\u00bb\u00bf", "").replaceAll("\u001e", "").trimStart()[0];
  return first === "{" || first === "[" ? text : "";
}

export function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

/** An object, or the text of one, as exports put it into a cell or a value. */
export function objectIn(value: JsonValue | undefined): JsonObject | undefined {
  if (typeof value !== "string") return asObject(value);
  try {
    return asObject(parseJson(value, "a value") as JsonValue);
  } catch {
    return undefined;
  }
}

/** The value at a path of keys; undefined where one of them is missing. */
export function at(value: JsonValue | undefined, ...keys: readonly string[]): JsonValue | undefined {
  let found = value;
  for (const key of keys) found = asObject(found)?.[key];
  return found;
}

/** The objects of a list; none where it is no list. */
export function objectsOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.map(asObject).filter((each) => each !== undefined) : [];
}

export function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

/** A text or a number as a text; "" for anything else. */
export function wordOf(value: JsonValue | undefined): string {
  return typeof value === "number" ? String(value) : textOf(value);
}
