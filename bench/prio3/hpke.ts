// HPKE as an aggregator meets it: 2.5 KB shares opened one after the other, beside @hpke/core over the native WebCrypto KEM.
import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { equalBytes } from "../../src/base/bytes.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import { open, type Sealed, seal } from "../../src/protocol/hpke/hpke.ts";
import { type Contender, local } from "../harness.ts";

export const HPKE_PEER = "@hpke/core 1.9.0";

/** A leader's share of the histogram, the info string of DAP and additional data of a usual length. */
const PLAINTEXT = 2500;
const INFO = 21;
const AAD = 300;
const MESSAGES = 16;

/** Contenders for both directions. Each side has opened what the other sealed before anything is timed. */
export async function hpke(): Promise<{ open: [Contender, Contender]; seal: [Contender, Contender] }> {
  const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() });
  const recipient = await nodeCrypto.x25519Generate();
  const key = {
    secret: await suite.kem.deserializePrivateKey(buffer(recipient.secret)),
    public: await suite.kem.deserializePublicKey(buffer(recipient.public)),
  };
  const [info, aad, plaintext] = [INFO, AAD, PLAINTEXT].map((length) => nodeEntropy.bytes(length)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const [infoBuffer, aadBuffer, plaintextBuffer] = [info, aad, plaintext].map(buffer) as [
    ArrayBuffer,
    ArrayBuffer,
    ArrayBuffer,
  ];
  const openOurs = (sealed: Sealed) => open({ crypto: nodeCrypto, recipient, info, aad, ...sealed });
  const openTheirs = (message: { enc: ArrayBuffer; ct: ArrayBuffer }) =>
    suite.open(
      { recipientKey: { privateKey: key.secret, publicKey: key.public }, enc: message.enc, info: infoBuffer },
      message.ct,
      aadBuffer,
    );
  const sealOurs = () => seal({ crypto: nodeCrypto, recipient: recipient.public, info, aad, plaintext });
  const sealTheirs = () => suite.seal({ recipientPublicKey: key.public, info: infoBuffer }, plaintextBuffer, aadBuffer);

  const sealed: Sealed[] = [];
  for (let i = 0; i < MESSAGES; i++) sealed.push(await sealOurs());
  const theirs = sealed.map(({ enc, ciphertext }) => ({ enc: buffer(enc), ct: buffer(ciphertext) }));
  for (const message of theirs) must(plaintext, await openTheirs(message));
  const { enc, ct } = await sealTheirs();
  must(plaintext, await openOurs({ enc: new Uint8Array(enc), ciphertext: new Uint8Array(ct) }));
  let at = 0;
  const next = () => {
    at = (at + 1) % MESSAGES;
    return at;
  };
  return {
    open: [
      local("paceline", () => openOurs(sealed[next()] as Sealed)),
      local(HPKE_PEER, () => openTheirs(theirs[next()] as (typeof theirs)[number])),
    ],
    seal: [local("paceline", sealOurs), local(HPKE_PEER, sealTheirs)],
  };
}

function buffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function must(plaintext: Uint8Array, opened: ArrayBufferLike | Uint8Array): void {
  const bytes = opened instanceof Uint8Array ? opened : new Uint8Array(opened);
  if (!equalBytes(bytes, plaintext)) throw new Error("HPKE: what was opened is not what was sealed");
}
