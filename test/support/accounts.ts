// The app's own server, as far as a registrar asks it: whose a session is (RFC 7662). Here a session is its account's name.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Accounts {
  readonly url: string;
  close(): Promise<void>;
}

/** @param isMember whether there is such an account */
export async function serveAccounts(
  isMember = (name: string) => /^(member|twin)-|^late$/.test(name),
): Promise<Accounts> {
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (bytes: Buffer) => (text += bytes.toString()));
    request.on("end", () => {
      const name = new URLSearchParams(text).get("token") ?? "";
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(isMember(name) ? { active: true, sub: name } : { active: false }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/introspect`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
