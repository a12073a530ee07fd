// examples/issuer.mjs as a program: what it says it does, over a socket.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { fromBase64Url } from "../../src/base/bytes.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { issuerKey } from "../../src/protocol/privacypass/key.ts";

test("the example's issuer serves its directory, and tokens to members alone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "paceline-issuer-"));
  const child = spawn(
    process.execPath,
    [
      "--conditions=paceline-source",
      "examples/issuer.mjs",
      join(folder, "keys.json"),
      join(folder, "issuer.db"),
      "0",
      join(folder, "issuer.mark"),
    ],
    { cwd: new URL("../..", import.meta.url), stdio: ["ignore", "pipe", "inherit"] },
  );
  try {
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    const { ready } = JSON.parse(line) as { ready: string };
    const directory = await (await fetch(`${ready}/.well-known/private-token-issuer-directory`)).json();
    expect(directory).toMatchObject({ issuer: "issuer.example.org", perYear: 200 });
    await issuerKey(
      nodeCrypto,
      fromBase64Url((directory as { "token-keys": { "token-key": string }[] })["token-keys"][0]?.["token-key"] ?? ""),
    );
    const ask = (authorization: string) =>
      fetch(`${ready}/token-request`, {
        method: "POST",
        headers: { "content-type": "application/private-token-request", authorization },
        body: new Uint8Array(1),
      });
    expect([(await ask("Bearer nobody")).status, (await ask("Bearer a-session-of-ann")).status]).toEqual([401, 400]);
  } finally {
    child.kill();
    rmSync(folder, { recursive: true });
  }
});
