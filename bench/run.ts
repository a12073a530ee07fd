// npm run bench -- NAME [--json]: runs one benchmark. Each prints rows of {name, value, unit, status}.
import { mainJob } from "./main-job.ts";

export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly status: "measured" | "peer-absent";
}

const benches: Readonly<Record<string, () => Promise<readonly Row[]>>> = { "main-job": mainJob };

const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const json = process.argv.includes("--json");
const unknown = names.find((name) => benches[name] === undefined);
if (unknown !== undefined) {
  process.stderr.write(`bench: no benchmark "${unknown}"; there is ${Object.keys(benches).join(", ")}\n`);
  process.exitCode = 64;
} else {
  const results: Row[] = [];
  for (const name of names.length === 0 ? Object.keys(benches) : names)
    results.push(...((await benches[name]?.()) ?? []));
  if (json) process.stdout.write(`${JSON.stringify({ results })}\n`);
  else
    for (const { name, value, unit } of results)
      process.stdout.write(`${name.padEnd(44)} ${value.toFixed(0).padStart(8)} ${unit}\n`);
}
