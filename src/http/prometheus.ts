// Numbers about a running service in Prometheus' text format (version 0.0.4). A label's values are of a small set that the
// code knows: never a path, an id or anything else that a caller chose.

export type Labels = Readonly<Record<string, string>>;

/** One metric, as it is now. */
export interface Family {
  readonly name: string;
  /** Its lines, with the HELP and TYPE before them; each ends in a line feed. */
  text(): string | Promise<string>;
}

const escaped = (value: string) => value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');

function shown(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

const head = (name: string, type: string, help: string) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;

const number = (value: number) =>
  value === Number.POSITIVE_INFINITY ? "+Inf" : value === Number.NEGATIVE_INFINITY ? "-Inf" : String(value);

type Samples = readonly (readonly [Labels, number])[];

/** Reads its values when it is asked. What `read` throws leaves the metric without samples: unknown is not zero. */
export function measured(
  type: "gauge" | "counter",
  name: string,
  help: string,
  read: () => Samples | Promise<Samples>,
): Family {
  return {
    name,
    async text() {
      let samples: Samples = [];
      try {
        samples = await read();
      } catch {
        // Its lines are absent, which an alert can tell.
      }
      return (
        head(name, type, help) + samples.map(([labels, value]) => `${name}${shown(labels)} ${number(value)}\n`).join("")
      );
    },
  };
}

export interface Histogram extends Family {
  observe(labels: Labels, value: number): void;
}

/** @param bounds upper bounds of the buckets, ascending; one without bound is added */
export function newHistogram(name: string, help: string, bounds: readonly number[]): Histogram {
  const series = new Map<string, { readonly labels: Labels; readonly counts: number[]; sum: number }>();
  return {
    name,
    observe(labels, value) {
      const key = shown(labels);
      const one = series.get(key) ?? { labels, counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 };
      series.set(key, one);
      const found = bounds.findIndex((bound) => value <= bound);
      const at = found < 0 ? bounds.length : found;
      one.counts[at] = (one.counts[at] ?? 0) + 1;
      one.sum += value;
    },
    text() {
      let text = head(name, "histogram", help);
      for (const { labels, counts, sum } of series.values()) {
        let total = 0;
        counts.forEach((count, i) => {
          total += count;
          text += `${name}_bucket${shown({ ...labels, le: number(bounds[i] ?? Number.POSITIVE_INFINITY) })} ${total}\n`;
        });
        text += `${name}_sum${shown(labels)} ${number(sum)}\n${name}_count${shown(labels)} ${total}\n`;
      }
      return text;
    },
  };
}

export interface Counter extends Family {
  add(labels: Labels, count: number): void;
}

export function newCounter(name: string, help: string): Counter {
  const series = new Map<string, { readonly labels: Labels; count: number }>();
  const family = measured("counter", name, help, () =>
    [...series.values()].map(({ labels, count }) => [labels, count] as const),
  );
  return {
    ...family,
    add(labels, count) {
      const key = shown(labels);
      const one = series.get(key) ?? { labels, count: 0 };
      one.count += count;
      series.set(key, one);
    },
  };
}
