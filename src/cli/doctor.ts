// paceline doctor: which engine, which Node, what is missing, and what to do about it.

import { nodeCrypto } from "../platform/node/index.ts";
import { describeTfjs } from "../platform/tfjs/index.ts";
import { version } from "./version.ts";

interface Finding {
  readonly what: string;
  readonly state: "ok" | "optional" | "missing";
  readonly detail: string;
}

export async function doctor({ json }: { readonly json?: boolean }): Promise<void> {
  const findings = [node(), await sqlite(), crypto(), await tfjs()];
  const ready = findings.every(({ state }) => state !== "missing");
  if (json) process.stdout.write(`${JSON.stringify({ version, ready, findings }, null, 2)}\n`);
  else {
    process.stdout.write(`paceline ${version}\n`);
    for (const { what, state, detail } of findings) process.stdout.write(`  ${state.padEnd(8)} ${what}: ${detail}\n`);
    process.stdout.write(ready ? "Ready.\n" : "Not ready: see what is missing above.\n");
  }
  if (!ready) process.exitCode = 78;
}

function node(): Finding {
  const major = Number(process.versions.node.split(".")[0]);
  return major >= 24
    ? { what: "Node", state: "ok", detail: process.version }
    : { what: "Node", state: "missing", detail: `${process.version}; 24 or newer is needed` };
}

async function sqlite(): Promise<Finding> {
  try {
    const { DatabaseSync } = await import("node:sqlite");
    const db = new DatabaseSync(":memory:");
    const row = db.prepare("select sqlite_version() as version").get() as { version: string };
    db.close();
    return { what: "embedded database", state: "ok", detail: `SQLite ${row.version}` };
  } catch {
    return { what: "embedded database", state: "missing", detail: "this Node has no node:sqlite" };
  }
}

function crypto(): Finding {
  try {
    const pair = nodeCrypto.x25519Generate();
    nodeCrypto.x25519(pair.secret, pair.public);
    const signing = nodeCrypto.ed25519Generate();
    nodeCrypto.ed25519Sign(signing.secret, new Uint8Array(1));
    return {
      what: "crypto",
      state: "ok",
      detail: `X25519, Ed25519, AES-128-GCM (OpenSSL ${process.versions.openssl})`,
    };
  } catch (error) {
    return { what: "crypto", state: "missing", detail: `Node's crypto lacks a primitive: ${(error as Error).message}` };
  }
}

async function tfjs(): Promise<Finding> {
  const { available, backend, reason } = await describeTfjs();
  return available
    ? { what: "training engine", state: "ok", detail: `plain TypeScript, and TensorFlow.js (${backend})` }
    : { what: "training engine", state: "optional", detail: `plain TypeScript; TensorFlow.js is not there: ${reason}` };
}
