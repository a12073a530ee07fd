// Pairs of services on one PostgreSQL server of the tests' own, each party with a database of its own, as newPair gives them on SQLite.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Place, type Server, startPostgres } from "./postgres.ts";
import { newPair, type Pair, type PairOptions } from "./processes.ts";

export type NewPair = (context: Parameters<typeof newPair>[0], options?: PairOptions) => Promise<Pair>;

export interface PostgresPairs {
  readonly server: Server;
  readonly newPair: NewPair;
  stop(): Promise<void>;
}

/** @param settings lines for postgresql.conf @param place where the server's files are made */
export async function startPairs(settings: readonly string[] = [], place: Place = {}): Promise<PostgresPairs> {
  const marks = mkdtempSync(join(tmpdir(), "paceline-marks-"));
  const server = await startPostgres(settings, {}, place);
  let made = 0;
  return {
    server,
    async newPair(context, options = {}) {
      const name = `pair${made++}`;
      const place = async (role: "coordinator" | "helper") => {
        await server.create(`${name}_${role}`);
        return { ...options[role], database: server.url(`${name}_${role}`), mark: join(marks, `${name}-${role}`) };
      };
      return await newPair(context, {
        ...options,
        coordinator: await place("coordinator"),
        helper: await place("helper"),
      });
    },
    async stop() {
      await server.stop();
      rmSync(marks, { recursive: true });
    },
  };
}
