// engineCrypto for those who cannot wait for it: every operation asks first which engine this is.
import { webCrypto } from "./crypto.ts";
import { engineCrypto } from "./engine-crypto.ts";

type Operation = keyof typeof webCrypto;
type Promised = {
  readonly [Name in Operation]: (
    ...given: Parameters<(typeof webCrypto)[Name]>
  ) => Promise<Awaited<ReturnType<(typeof webCrypto)[Name]>>>;
};

function asking(): Promised {
  const operation =
    (name: Operation) =>
    async (...given: readonly unknown[]) =>
      await ((await engineCrypto())[name] as (...given: readonly unknown[]) => unknown)(...given);
  return Object.fromEntries((Object.keys(webCrypto) as Operation[]).map((name) => [name, operation(name)])) as never;
}

export const portableCrypto = /* @__PURE__ */ asking();
