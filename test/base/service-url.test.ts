import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { serviceUrlFault } from "../../src/base/service-url.ts";

const fault = (text: string) => serviceUrlFault(text, URL);

describe("an address that is right", () => {
  test.each([
    "https://paceline.example",
    "https://paceline.example:8443",
    "https://paceline.example/north/a",
    "https://[2001:db8::1]",
    "http://localhost",
    "http://localhost:8080",
    "http://localhost/x",
    "http://127.0.0.1",
    "http://127.0.0.1:1",
    "http://127.9.8.7:1",
    "http://[::1]",
    "http://[::1]:8080",
  ])("%s", (text) => expect(fault(text)).toBeUndefined());
});

describe("http beyond this machine", () => {
  test.each([
    "http://paceline.example",
    "http://localhost.evil.com",
    "http://127.0.0.1.evil.com",
    "http://evil-localhost",
    "http://128.0.0.1",
    "http://0.0.0.0",
    "http://10.0.0.1",
    "http://[::2]",
    "http://[::ffff:8.8.8.8]",
    "HTTP://paceline.example",
    "http:\\\\paceline.example",
    " http://paceline.example",
  ])("%j", (text) => expect(fault(text)).toContain("this machine only"));
});

describe("a host hidden behind credentials", () => {
  test.each([
    "http://localhost:1@evil.com",
    "http://127.0.0.1:80@evil.com",
    "https://user@paceline.example",
    "https://:secret@paceline.example",
  ])("%s", (text) => expect(fault(text)).toContain("before an @"));
  test("empty ones are not the normal form", () =>
    expect(fault("https://@paceline.example")).toBe("must be written as https://paceline.example"));
});

describe("what is no address of a service", () => {
  test.each([
    "",
    "paceline.example",
    "//paceline.example",
    "https://",
    "ftp://a",
    "file:///a",
    "javascript:1",
    "https://a b",
  ])("%j", (text) => expect(fault(text)).toContain("must be an https address"));
  test.each(["https://a.example?x", "https://a.example/?x=1", "https://a.example#x"])("%s", (text) =>
    expect(fault(text)).toBe("must not carry a query or fragment"),
  );
});

describe("another form is told the normal one", () => {
  test.each([
    ["https://a.example/", "https://a.example"],
    ["https://a.example/x/", "https://a.example/x"],
    ["https://a.example//", "https://a.example"],
    ["https://a.example?", "https://a.example"],
    ["https://a.example#", "https://a.example"],
    ["https://A.example", "https://a.example"],
    ["https://a.example:443", "https://a.example"],
    ["http://localhost:80", "http://localhost"],
    ["https://a.example/x/../y", "https://a.example/y"],
    ["https:\\\\a.example", "https://a.example"],
    ["https:a.example", "https://a.example"],
    [" https://a.example ", "https://a.example"],
    ["http://127.1:8", "http://127.0.0.1:8"],
    ["http://0x7f.1", "http://127.0.0.1"],
    ["http://[0:0:0:0:0:0:0:1]", "http://[::1]"],
    ["https://bücher.example", "https://xn--bcher-kva.example"],
  ])("%j", (text, normal) => {
    expect(fault(text)).toBe(`must be written as ${normal}`);
    expect(fault(normal)).toBeUndefined();
  });
});

test("whatever passes goes where it says: to https, or to this machine", () => {
  const piece = fc.constantFrom(
    "http",
    "https",
    ":",
    "//",
    "localhost",
    "127.0.0.1",
    "[::1]",
    "evil.com",
    "@",
    "/",
    "?",
    "#",
    "\\",
    ".",
    "8",
    " ",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.webUrl({ withQueryParameters: true }),
        fc.array(piece, { maxLength: 10 }).map((all) => all.join("")),
      ),
      (text) => {
        if (fault(text) !== undefined) return;
        const url = new URL(text);
        expect(url.username + url.password + url.search + url.hash).toBe("");
        expect(url.protocol === "https:" || /^(localhost|127\..*|\[::1\])$/.test(url.hostname)).toBe(true);
        expect([text, `${text}/`]).toContain(url.href);
      },
    ),
    { numRuns: 5000 },
  );
});
