// What this machine has: Node, its embedded database, crypto, and engines for training.

import { nodeCrypto } from "../../platform/node/index.ts";
import { describeTfjs } from "../../platform/tfjs/index.ts";
import type { Finding } from "./finding.ts";

export const engines = async (): Promise<readonly Finding[]> => [node(), await sqlite(), crypto(), await tfjs()];

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
