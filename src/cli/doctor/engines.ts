// What this machine has: Node, its embedded database, crypto, and engines for training.

import { ownEngine } from "../../math/tensor/wasm/engine.ts";
import { nodeCrypto } from "../../platform/node/index.ts";
import { nodeWasm } from "../../platform/node/wasm.ts";
import { describeTfjs } from "../../platform/tfjs/index.ts";
import type { Finding } from "./finding.ts";

export const engines = async (): Promise<readonly Finding[]> => [node(), await sqlite(), crypto(), await training()];

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

/** Ours trains; TensorFlow.js is a second opinion, and what keeps a faster one away is said. */
async function training(): Promise<Finding> {
  const own = ownEngine(nodeWasm);
  const { available, backend, reason, passedOver = [] } = await describeTfjs();
  const ours =
    own.name === "wasm"
      ? "our own on WebAssembly, which is the fastest here"
      : "our own in plain TypeScript, as this Node instantiates no WebAssembly";
  const get = "docs/models.md has how to get @tensorflow/tfjs-node";
  if (!available)
    return { what: "training engine", state: "optional", detail: `${ours}; no TensorFlow.js: ${reason}; ${get}` };
  const missed = passedOver.length === 0 ? "" : `, as ${passedOver.join("; ")}; ${get}`;
  return {
    what: "training engine",
    state: "ok",
    detail: `${ours}; TensorFlow.js to compare with (${backend}${missed})`,
  };
}
