// Files that somebody hands a training by mistake: each is named and refused before anything leaves this machine.
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { toBase64Url } from "../../../src/base/bytes.ts";
import { readTraining } from "../../../src/cli/training/read-training.ts";
import { readDraft } from "../../../src/learning/plan/training/draft.ts";
import { nodeCrypto, nodeEntropy } from "../../../src/platform/node/index.ts";
import { sealMasked, signMasked } from "../../../src/task/masked/envelope.ts";
import { bundleOf } from "../../support/bundles.ts";
import { makeMaskedRound, maskedDraft, newRegistrarKey, signerOf } from "../../support/masked.ts";
import { trainingDraft } from "../../support/training-pair.ts";
import { inProcess } from "../spawned.ts";

const folder = mkdtempSync(join(tmpdir(), "paceline-wrong-files-"));
const put = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
beforeAll(() => vi.stubEnv("XDG_CONFIG_HOME", folder));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Nobody is logged in: whatever is not refused before ends with 77. */
const train = (path: string) => inProcess(["train", "--manifest", path]);
const training = JSON.stringify(trainingDraft());

async function maskedEnvelope(): Promise<string> {
  const key = newRegistrarKey();
  const { bytes } = await makeMaskedRound(maskedDraft(), key);
  const register = await signMasked(signerOf(nodeCrypto.ed25519Generate()), "register", bytes);
  return JSON.stringify(sealMasked(bytes, register, await signMasked(key.signer, "registrar", bytes)));
}

test("a file of another kind, or damaged, is named with what it is", async () => {
  const keys = { version: 1, signing: toBase64Url(nodeEntropy.bytes(32)) };
  const large = put("large", "{");
  truncateSync(large, 257 * 1024 * 1024);
  const envelope = JSON.parse(await maskedEnvelope());
  const cut = { ...envelope, manifest: envelope.manifest.slice(0, -300) };
  const files = [
    [put("keys", JSON.stringify(keys)), "the training has no name"],
    [put("empty", ""), "is not JSON"],
    [put("list", "[]"), "holds no training"],
    [put("model", JSON.stringify({ training: {}, version: 1, weights: "" })), "is a model, and no training"],
    [put("layers", JSON.stringify({ format: "layers-model" })), "is a model, and no training"],
    [put("question", (await bundleOf("question")).text), "of a question, and of no training"],
    [put("cut", JSON.stringify(cut)), "holds no signed manifest of a training"],
    [put("letters", JSON.stringify({ manifest: "x", register: "", helper: "" })), "holds no signed manifest"],
    [put("latin", Buffer.from(training.replace("{", '{"title":"f\u00fcr",'), "latin1")), "is not UTF-8"],
    [large, "would be read at most"],
  ] as const;
  for (const [path, says] of files) {
    const { code, out, err } = await train(path);
    expect({ code, out, err }, path).toEqual({ code: 65, out: "", err: expect.stringContaining(says) });
  }
  expect(await train(folder)).toMatchObject({ code: 66, err: expect.stringContaining("EISDIR") });
});

test("one that begins with a mark of its encoding is read, and a masked round's manifest begins its training again", async () => {
  expect((await train(put("marked", `\ufeff${training}`))).code).toBe(77);
  const { draft, note } = readTraining(put("masked", await maskedEnvelope()));
  expect(readDraft(draft)).toMatchObject({
    sharing: "masked",
    masked: maskedDraft().masked,
    cohort: { least: 8, most: 16 },
  });
  expect(note).toContain("round 1 of 1");
  expect((await train(join(folder, "masked"))).code).toBe(77);
});

test("a file of logins that is another, or damaged, is named with what to do; commands on a training send nothing", async () => {
  mkdirSync(join(folder, "paceline"), { mode: 0o700 });
  const path = join(folder, "paceline", "logins.json");
  const file = (login: object) => JSON.stringify({ version: 1, current: "a", services: { a: login } });
  const url = "http://127.0.0.1:1";
  for (const content of [
    "",
    "[]",
    training,
    file({ url, token: "two\nlines" }),
    file({ url: "paceline", token: "t" }),
  ]) {
    writeFileSync(path, content, { mode: 0o600 });
    for (const args of [["status"], ["stop", "name"], ["rollback", "name", "--to", "1"]])
      expect(await inProcess(["train", ...args]), content).toMatchObject({
        ...{ code: 65, err: expect.stringMatching(/logins\.json.*\n.*Remove it and run paceline login again/) },
      });
  }
  rmSync(path);
});
