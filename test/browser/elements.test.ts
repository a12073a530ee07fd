// The elements and hooks in a real browser: what a member sees and presses, by keyboard and to a screen reader.
import axe from "axe-core";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { defineElements } from "../../src/client/elements/index.ts";
import { type Client, createClient } from "../../src/client/index.ts";
import { PacelineProvider, useClientState } from "../../src/client/react/index.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";

const key = (fill: number) =>
  btoa(String.fromCharCode(...new Uint8Array(32).fill(fill)))
    .replace(/=+$/, "")
    .replaceAll("+", "-")
    .replaceAll("/", "_");

function newClient(): Client {
  return createClient({
    coordinator: { url: "https://coordinator.test", registerKey: key(1) },
    helper: { url: "https://helper.test", signingKey: key(2) },
    store: memoryDeviceStore(),
    platform: { globalPrivacyControl: () => false },
  });
}

const names = ["paceline-consent", "paceline-notices", "paceline-log", "paceline-budget", "paceline-controls"] as const;
const shown = (element: Element) => element.shadowRoot?.lastElementChild?.textContent ?? "";
const buttons = (element: Element) => [...(element.shadowRoot?.querySelectorAll("button") ?? [])];

let client: Client;
beforeEach(() => {
  defineElements();
  client = newClient();
  document.documentElement.lang = "en";
});
afterEach(() => document.body.replaceChildren());

function mounted<N extends (typeof names)[number]>(name: N): HTMLElementTagNameMap[N] {
  const element = document.createElement(name);
  element.client = client;
  document.body.append(element);
  return element;
}

describe("elements", () => {
  test.each(["en", "de"])("no rule of axe is broken (%s)", async (lang) => {
    document.documentElement.lang = lang;
    document.title = "Paceline";
    const main = document.createElement("main");
    const title = document.createElement("h1");
    title.textContent = "Paceline";
    const second = document.createElement("h2");
    second.textContent = "Privacy";
    main.append(title, second);
    document.body.append(main);
    await client.consent.grant("research");
    for (const name of names) main.append(Object.assign(document.createElement(name), { client }));
    await vi.waitFor(() => expect(main.querySelectorAll("*").length).toBe(7));
    await vi.waitFor(() => {
      for (const name of names) expect(shown(main.querySelector(name) as Element)).not.toBe("");
    });
    const { violations } = await axe.run(document);
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });

  test("consent is off, given with one press, withdrawn with one press, and the focus stays", async () => {
    const element = mounted("paceline-consent");
    element.setAttribute("purposes", "service-improvement");
    await vi.waitFor(() => expect(buttons(element)).toHaveLength(1));
    expect(shown(element)).toContain("Not given");
    buttons(element)[0]?.focus();
    buttons(element)[0]?.click();
    await vi.waitFor(() => expect(shown(element)).toContain("Stop taking part"));
    const [receipt] = await client.consent.receipts();
    expect(receipt).toMatchObject({
      purpose: "service-improvement",
      record: {
        "dpv:hasNotice": {
          "dct:language": "en",
          "dct:description": { "@value": expect.stringContaining("members as a group") },
        },
      },
    });
    expect((element.shadowRoot?.activeElement as HTMLElement | null)?.dataset.key).toBe("service-improvement");
    buttons(element)[0]?.click();
    await vi.waitFor(() => expect(shown(element)).toContain("Withdrawn"));
  });

  test("German is spoken where the page is German, and is what the receipt holds", async () => {
    document.documentElement.lang = "de-AT";
    const element = mounted("paceline-consent");
    await vi.waitFor(() => expect(buttons(element)).toHaveLength(3));
    buttons(element)[1]?.click();
    await vi.waitFor(() => expect(shown(element)).toContain("Nicht mehr mitmachen"));
    expect(await client.consent.receipts()).toMatchObject([
      { purpose: "research", record: { "dpv:hasNotice": { "dct:language": "de" } } },
    ]);
  });

  test("erasing asks once more, and says what became of everything", async () => {
    await client.consent.grant("research");
    await client.record([{ day: 20_000, values: { steps: 5000 } }]);
    const element = mounted("paceline-controls");
    await vi.waitFor(() => expect(buttons(element)).toHaveLength(2));
    buttons(element)[1]?.click();
    await vi.waitFor(() => expect(shown(element)).toContain("withdraw every consent?"));
    expect((await client.consent.status()).some(({ state }) => state === "given")).toBe(true);
    buttons(element)[1]?.click();
    await vi.waitFor(() => expect(shown(element)).toContain("Erased."));
    expect((await client.consent.status()).some(({ state }) => state === "given")).toBe(false);
  });

  test("pausing is one press, and what a client cannot do is said in place", async () => {
    const element = mounted("paceline-controls");
    await vi.waitFor(() => expect(buttons(element)).toHaveLength(2));
    buttons(element)[0]?.click();
    await vi.waitFor(() => expect(shown(element)).toContain("Paused"));
    const failing = document.createElement("paceline-log");
    failing.client = { ...client, log: () => Promise.reject(new Error("the store is gone")) };
    document.body.append(failing);
    await vi.waitFor(() => expect(shown(failing)).toContain("That did not work: the store is gone"));
  });

  test("text from elsewhere is never markup", async () => {
    const element = mounted("paceline-log");
    const entry = { at: 0, to: "", bytes: 1, digest: "", delivered: true, rho: 0 };
    element.client = {
      ...client,
      log: async () => [{ ...entry, question: "<img src=x onerror=alert(1)>", what: "<b>x</b>" }],
    };
    await vi.waitFor(() => expect(shown(element)).toContain("<b>x</b>"));
    expect(element.shadowRoot?.querySelector("img, b")).toBeNull();
  });

  test.each([360, 1440])("nothing is wider than a page of %i px", async (width) => {
    const frame = document.createElement("div");
    frame.style.width = `${width}px`;
    document.body.append(frame);
    for (const name of names) frame.append(Object.assign(document.createElement(name), { client }));
    await vi.waitFor(() => {
      for (const element of frame.children) expect(shown(element)).not.toBe("");
    });
    for (const element of frame.children) expect(element.scrollWidth).toBeLessThanOrEqual(width);
  });

  test("an element that left the page listens no more", async () => {
    const subscribed = { now: 0 };
    const counted = {
      ...client,
      subscribe: (listener: () => void) => {
        subscribed.now += 1;
        const leave = client.subscribe(listener);
        return () => {
          subscribed.now -= 1;
          leave();
        };
      },
    };
    const element = Object.assign(document.createElement("paceline-budget"), { client: counted });
    document.body.append(element);
    expect(subscribed.now).toBe(1);
    element.remove();
    expect(subscribed.now).toBe(0);
    document.body.append(element);
    expect(subscribed.now).toBe(1);
  });
});

test("a component follows the client, and one snapshot is one render", async () => {
  let renders = 0;
  const Shown = () => {
    renders += 1;
    const { consents } = useClientState();
    return createElement("p", {}, consents.research);
  };
  const frame = document.createElement("div");
  document.body.append(frame);
  const root = createRoot(frame);
  root.render(createElement(PacelineProvider, { client }, createElement(Shown)));
  await vi.waitFor(() => expect(frame.textContent).toBe("off"));
  await client.consent.grant("research");
  await vi.waitFor(() => expect(frame.textContent).toBe("given"));
  const before = renders;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(renders).toBe(before);
  root.unmount();
});
