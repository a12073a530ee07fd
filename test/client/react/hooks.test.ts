// The hooks on a server: an app that renders there shows somebody who never took part, and touches nothing of the device.
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { describe, expect, test } from "vitest";
import {
  PacelineProvider,
  useClient,
  useClientState,
  useMemberLog,
  useNotices,
} from "../../../src/client/react/index.ts";
import { initialState } from "../../../src/client/view.ts";
import { newCluster } from "../../support/cluster.ts";
import { device } from "../harness.ts";

function Shown() {
  const { ready, consents } = useClientState();
  const notices = useNotices("de");
  const log = useMemberLog();
  return createElement(
    "p",
    {},
    JSON.stringify({ ready, consents, notices: notices.data ?? null, log: log.data ?? null }),
  );
}

describe("on a server", () => {
  test("a page is rendered without a read of the device", () => {
    const { client, read, wire } = device(newCluster());
    const html = renderToString(createElement(PacelineProvider, { client }, createElement(Shown)));
    const shown = JSON.parse(html.replace(/<[^>]*>/g, "").replaceAll("&quot;", '"'));
    expect(shown).toEqual({ ready: false, consents: initialState.consents, notices: null, log: null });
    expect([read.days, wire.sent.length]).toEqual([0, 0]);
  });

  test("a component outside of a provider is told so", () => {
    const Lost = () => {
      useClient();
      return null;
    };
    expect(() => renderToString(createElement(Lost))).toThrow("outside of <PacelineProvider");
  });
});

test("importing the elements does nothing where there is no page", async () => {
  const { defineElements } = await import("../../../src/client/elements/index.ts");
  expect(() => defineElements()).not.toThrow();
});
