// What an app says of the registrar of rounds that one coordinator sums.

/** Another party than the coordinator, which knows the app's accounts and gives each one place in a round. */
export interface RegistrarOptions {
  readonly url: string;
  /** Its Ed25519 key, base64url. */
  readonly key: string;
  /** Headers that prove the member's account to it, such as { authorization }; read for each request. */
  readonly headers?: () => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  /**
   * The least that this device demands of a round, whatever coordinator and registrar would like. Default: 50 members, of whom 5 in a
   * hundred are taken to collude and 35 stay; 16 neighbours each, 11 of whom rebuild a secret.
   */
  readonly floors?: {
    readonly members?: number;
    /** Share of the members, 0 to 1. */
    readonly corruptShare?: number;
    readonly survivors?: number;
    readonly degree?: number;
    readonly threshold?: number;
  };
}
