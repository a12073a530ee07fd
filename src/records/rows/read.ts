// Days that were already made, in this project's own words: objects of a member, a date and metrics by their ids in the registry, as
// a list or lines; and what `paceline import --json --days` prints, so that it can be read again.
import type { Input, ReadOptions, Sink } from "../reader.ts";
import type { Source } from "../sample.ts";
import { Giver } from "../scan/giver.ts";
import type { JsonObject } from "../scan/json.ts";
import { asObject, eachObject, textOf, wordOf } from "../scan/json-file.ts";
import { readDay } from "../scan/stamp.ts";

const source: Source = { key: "rows", provider: "rows", deviceClass: "unknown", total: true };
const ID_CHARS_MAX = 128;

export async function readRows(input: Input, sink: Sink, options: ReadOptions): Promise<void> {
  const giver = new Giver(input, sink, options);
  const { registry } = options;
  const attributes = (values: JsonObject, member: string) => {
    for (const [key, value] of Object.entries(values))
      if (registry.attribute(key) !== undefined && textOf(value) !== "")
        sink.attribute(member, key, textOf(value), giver.placeOf(key));
  };
  const give = (values: JsonObject, day: number | undefined, member: string) => {
    if (day === undefined) {
      giver.skip("not_a_date", "date");
      return;
    }
    const known = Object.keys(values).filter((key) => registry.metric(key) !== undefined);
    for (const id of known)
      giver.value(id, { kind: "day", day }, values[id], registry.metric(id)?.unit ?? "", source, id, member);
    if (known.length === 0) giver.skip("no_values");
  };
  const take = (object: JsonObject) => {
    const member = wordOf(object.member ?? object.id);
    const days = asObject(object.days);
    if (member.length > ID_CHARS_MAX) giver.skip("damaged_member_id");
    else if (days !== undefined) {
      attributes(asObject(object.profile) ?? {}, member);
      for (const [date, values] of Object.entries(days)) give(asObject(values) ?? {}, readDay(date), member);
    } else if (object.date !== undefined || object.day !== undefined) {
      attributes(object, member);
      give(object, readDay(object.date ?? object.day), member);
    }
  };
  await eachObject(input, options, giver, (path) => path === "members", take);
}
