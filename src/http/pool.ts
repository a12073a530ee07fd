// So much of something, shared by whoever asks. One client may hold no more than is still free then: alone a half, with another
// as greedy a third each, and something is always left for the next to come. These are the dynamic thresholds of Choudhury and
// Hahne (IEEE/ACM Transactions on Networking 6(2), 1998) with a factor of 1.

export interface Pool {
  /** Whether so much could be taken now. @param client undefined for one who stands for many, whom only the total bounds */
  has(client: string | undefined, amount: number): boolean;
  /** @returns whether it was taken; nothing is when not */
  take(client: string | undefined, amount: number): boolean;
  /** What was taken comes back. */
  give(client: string | undefined, amount: number): void;
  readonly free: number;
}

export function newPool(total: number): Pool {
  let held = 0;
  /** Of those who hold something: nobody else is remembered. */
  const shares = new Map<string, number>();
  const has = (client: string | undefined, amount: number) => {
    const left = total - held - amount;
    return left >= 0 && (client === undefined || (shares.get(client) ?? 0) + amount <= left);
  };
  const add = (client: string | undefined, amount: number) => {
    held += amount;
    if (client === undefined) return;
    const share = (shares.get(client) ?? 0) + amount;
    if (share === 0) shares.delete(client);
    else shares.set(client, share);
  };
  return {
    has,
    take(client, amount) {
      const taken = has(client, amount);
      if (taken) add(client, amount);
      return taken;
    },
    give: (client, amount) => add(client, -amount),
    get free() {
      return total - held;
    },
  };
}
