// The one rule for the address of a service, in configurations and apps alike. Manifests carry addresses as text and
// parties compare them letter by letter, so only the normal form passes; what it is, the platform's URL parser decides.

/** What the rule reads of a parsed URL. */
interface ParsedUrl {
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly host: string;
  readonly hostname: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
}

/** The platform's `URL`: pure rooms have none. Throws when the text is no URL. */
export type UrlParser = new (text: string) => ParsedUrl;

/** This machine, as the parser writes it: every IPv4 form of 127.0.0.0/8 comes out as four decimal bytes. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * What is wrong with a service's address, as the end of a sentence that begins with the field's name; undefined when
 * nothing is. Https, or http on this machine; no credentials, query or fragment; in normal form without a slash at its end.
 */
export function serviceUrlFault(text: string, Url: UrlParser): string | undefined {
  let url: ParsedUrl;
  try {
    url = new Url(text);
  } catch {
    return "must be an https address, such as https://paceline.example";
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return "must be an https address";
  if (url.username !== "" || url.password !== "") return "must not carry a name or password before an @";
  if (url.protocol === "http:" && !LOOPBACK.test(url.hostname))
    return "must be an https address; http is for this machine only (localhost, 127.0.0.1, [::1])";
  if (url.search !== "" || url.hash !== "") return "must not carry a query or fragment";
  const normal = `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, "")}`;
  return text === normal ? undefined : `must be written as ${normal}`;
}
