// paceline doctor: what this machine has, and with a configuration whether its service, its files and the other organisation's
// service fit together. It makes nothing, changes nothing and spends nothing.
import { nodeTransport } from "../../platform/node/index.ts";
import { isPlainFile, isRegistrarFile, readAnyConfig } from "../serve/config.ts";
import { clientTls, ownTls } from "../serve/listening.ts";
import { version } from "../version.ts";
import { engines } from "./engines.ts";
import { fileFindings } from "./files.ts";
import { type Finding, isReady } from "./finding.ts";
import { pairFindings } from "./pair.ts";
import { plainFindings } from "./plain.ts";
import { registrarFindings } from "./registrar.ts";
import { registrarServiceFindings } from "./registrar-service.ts";
import { trainingFindings } from "./trainings.ts";

export interface DoctorOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** Longer than a service takes that is busy; a person waits for it. */
const TIMEOUT_MS = 10_000;

export async function doctor({ config, json }: DoctorOptions): Promise<void> {
  const findings = [...(await engines()), ...(config === undefined ? [] : await service(config))];
  const ready = isReady(findings);
  if (json) process.stdout.write(`${JSON.stringify({ version, ready, findings }, null, 2)}\n`);
  else {
    process.stdout.write(`paceline ${version}\n`);
    for (const { what, state, detail } of findings) process.stdout.write(`  ${state.padEnd(8)} ${what}: ${detail}\n`);
    process.stdout.write(ready ? "Ready.\n" : "Not ready: see what is missing or wrong above.\n");
  }
  if (!ready) process.exitCode = 78;
}

/** @throws PacelineError as reading the configuration does */
async function service(path: string): Promise<readonly Finding[]> {
  if (isPlainFile(path)) return await plainFindings(path, TIMEOUT_MS);
  if (isRegistrarFile(path)) return await registrarServiceFindings(path, TIMEOUT_MS);
  const known = readAnyConfig(path);
  const own = nodeTransport({ timeoutMs: TIMEOUT_MS, tls: ownTls(known.config) });
  // As the coordinator itself calls its helper.
  const tlsOf = (role: "helper" | "registrar") =>
    known.role === "coordinator" && known.config[role] ? clientTls(known.config[role]) : {};
  const other = nodeTransport({ timeoutMs: TIMEOUT_MS, tls: tlsOf("helper") });
  const registrar = nodeTransport({ timeoutMs: TIMEOUT_MS, tls: tlsOf("registrar") });
  try {
    return [
      ...(await fileFindings(known)),
      ...trainingFindings(known),
      ...(await pairFindings(known, { own, other })),
      ...(await registrarFindings(known, registrar)),
    ];
  } finally {
    own.close();
    other.close();
    registrar.close();
  }
}
