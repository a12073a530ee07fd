// Receipts as consent records of ISO/IEC TS 27560:2023: the fields that the W3C group's guide asks for, with terms that the Data
// Privacy Vocabulary has, signed as they are; and receipts of before, which still count.
import { describe, expect, test } from "vitest";
import { fromBase64Url, toBase64Url, utf8 } from "../../src/base/bytes.ts";
import { canonicalJson } from "../../src/base/canonical.ts";
import type { Controller, EarlierReceipt } from "../../src/client/index.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { type ConsentReceipt, verifyReceipt } from "../../src/task/consent.ts";
import { controllerFault } from "../../src/task/consent-record.ts";
import { purposeNames } from "../../src/task/purposes.ts";
import { newCluster, urls } from "../support/cluster.ts";
import { newRound } from "../support/rounds.ts";
import { device, uploadsOf } from "./harness.ts";

const gym: Controller = {
  name: "Example Gym",
  contact: "mailto:privacy@gym.example",
  address: "1 Example Street, Dublin",
  jurisdictions: ["IE", "EU"],
  lawfulBasis: "eu-gdpr:A9-2-a",
  privacyNotice: "https://gym.example/privacy",
};

/** Terms of DPV 2.3 and its extensions, looked up in its vocabulary files one by one. */
const terms = new Set(
  `dpv:ConsentRecord dpv:DataSubject dpv:ConsentNotice dpv:Process dpv:Purpose dpv:ImproveExistingProductsAndServices
  dpv:ResearchAndDevelopment dpv:SpecialCategoryPersonalData dpv:PersonalData dpv:DataSubjectDataSource dpv:Processing dpv:Derive
  dpv:Transmit dpv:Aggregate dpv:ProcessingLocation dpv:WithinDevice dpv:DifferentialPrivacy dpv:SecureMultiPartyComputation
  dpv:EndToEndEncryption dpv:Recipient dpv:StorageLocation dpv:StorageDuration dpv:RemoteLocation dpv:UntilEventDuration
  dpv:EndlessDuration dpv:ExplicitlyExpressedConsent dpv:WithdrawConsent dpv:DataSubjectRight dpv:DataController dpv:ConsentGiven
  dpv:ConsentWithdrawn dpv:hasDataSubject dpv:hasNotice dpv:hasProcess dpv:hasPurpose dpv:hasPersonalData dpv:hasDataSource
  dpv:hasProcessing dpv:hasProcessingCondition dpv:hasLocation dpv:hasTechnicalMeasure dpv:hasRecipient dpv:hasStorageCondition
  dpv:hasDuration dpv:hasDataController dpv:hasLegalBasis dpv:hasJurisdiction dpv:hasConsentControl dpv:isExercisedAt dpv:hasRight
  dpv:hasEntity dpv:hasIdentifier dpv:hasName dpv:hasConsentStatus dpv:isIndicatedAtTime dpv:isIndicatedBy
  dpv:hasIndicationMethod pd:Health pd:AgeRange pd:Demographic eu-gdpr:A9-2-a loc:IE loc:EU dct:identifier dct:conformsTo
  dct:replaces dct:language dct:description skos:broader schema:version schema:url schema:contactPoint schema:ContactPoint
  schema:address schema:PostalAddress schema:name rdf:value xsd:dateTime`.split(/\s+/),
);

/** Every compact IRI of a record: names of fields, types and references. */
function termsOf(node: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(node)) for (const each of node) termsOf(each, found);
  else if (typeof node === "object" && node !== null)
    for (const [name, value] of Object.entries(node)) {
      if (name === "@context") continue;
      if (!name.startsWith("@")) found.add(name);
      if (name === "@type") for (const type of [value].flat()) found.add(type);
      if (name === "@id" && /^[a-z-]+:[A-Za-z0-9-]+$/.test(String(value))) found.add(String(value));
      termsOf(value, found);
    }
  return found;
}

/** Fields that must be there, by the guide's tables: of the record, its notice, its process, its controller and its events. */
const required = {
  record: ["@id", "dct:identifier", "dct:conformsTo", "dpv:hasDataSubject", "dpv:hasNotice", "dpv:hasProcess"].concat([
    "dpv:hasLegalBasis",
    "dpv:hasJurisdiction",
    "dpv:hasConsentControl",
    "dpv:hasRight",
    "dpv:hasConsentStatus",
  ]),
  "dpv:hasNotice": ["@id", "dct:language"],
  "dpv:hasProcess": ["dpv:hasPurpose", "dpv:hasPersonalData", "dpv:hasDataController", "dpv:hasRecipient"].concat(
    "dpv:hasStorageCondition",
  ),
  "dpv:hasEntity": ["dpv:hasIdentifier", "dpv:hasName", "schema:contactPoint", "schema:address", "@type"],
} as const;
const event = ["@type", "dpv:isIndicatedAtTime", "dpv:hasDuration", "dpv:isIndicatedBy", "dpv:hasIndicationMethod"];

function missing(record: ConsentReceipt["record"]): string[] {
  const lacks = (node: unknown, fields: readonly string[], at: string) =>
    fields.filter((field) => (node as Record<string, unknown>)[field] === undefined).map((field) => `${at}${field}`);
  const { record: own, ...parts } = required;
  return [
    ...lacks(record, own, ""),
    ...Object.entries(parts).flatMap(([part, fields]) => lacks(record[part] ?? {}, fields, `${part}/`)),
    ...(record["dpv:hasConsentStatus"] as unknown[]).flatMap((each, i) => lacks(each, event, `event ${i}/`)),
  ];
}

describe("a receipt", () => {
  test.each(purposeNames)("of %s has every field, its terms exist, and says what the device did", async (purpose) => {
    const { client, clock } = device(newCluster(), undefined, { controller: gym });
    const shown = { notice: "Wir fragen …", language: "de", version: "7", method: "a switch in the settings" };
    const receipt = await client.consent.grant(purpose, shown);
    const { record } = receipt;
    expect(missing(record)).toEqual([]);
    expect([...termsOf(record)].filter((term) => !terms.has(term))).toEqual([]);
    const prefixes = new Set([...termsOf(record)].map((term) => term.split(":")[0]));
    for (const prefix of prefixes) expect(record["@context"]).toHaveProperty(prefix as string);
    const digest = toBase64Url(await nodeCrypto.sha256(utf8("Wir fragen …")));
    expect(record).toMatchObject({
      "@id": `urn:uuid:${record["dct:identifier"]}`,
      "dct:identifier": expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      "dct:conformsTo": { "@id": "https://w3id.org/dpv/schema/dpv-27560#record" },
      "dpv:hasNotice": { "@id": `ni:///sha-256;${digest}`, "dct:language": "de", "schema:version": "7" },
      "dpv:hasProcess": {
        "dpv:hasPurpose": { "dct:identifier": purpose },
        "dpv:hasRecipient": [{ "@id": urls.coordinator }, { "@id": urls.helper }],
      },
      "dpv:hasConsentStatus": [
        {
          "@type": ["dpv:ConsentGiven", "dpv:ExplicitlyExpressedConsent"],
          "dpv:isIndicatedAtTime": { "@value": new Date(clock.at).toISOString() },
          "dpv:hasIndicationMethod": "a switch in the settings",
        },
      ],
    });
    expect(receipt.lacks).toEqual([]);
    expect(record).not.toHaveProperty("dct:replaces");
  });

  test("withdrawn, has that event too, and given anew names the record that it replaces; each is signed", async () => {
    const { client, clock } = device(newCluster(), undefined, { controller: gym });
    const first = await client.consent.grant("research");
    clock.at += 86_400_000;
    await client.withdraw("research", "a press on the button beside the question");
    const [withdrawn] = (await client.consent.receipts()) as [ConsentReceipt];
    expect(missing(withdrawn.record)).toEqual([]);
    expect([...termsOf(withdrawn.record)].filter((term) => !terms.has(term))).toEqual([]);
    expect(withdrawn.record["dct:identifier"]).toBe(first.record["dct:identifier"]);
    expect(withdrawn.record["dpv:hasConsentStatus"]).toMatchObject([
      { "dpv:isIndicatedAtTime": { "@value": new Date(clock.at - 86_400_000).toISOString() } },
      {
        "@type": "dpv:ConsentWithdrawn",
        "dpv:isIndicatedAtTime": { "@value": new Date(clock.at).toISOString() },
        "dpv:hasIndicationMethod": "a press on the button beside the question",
      },
    ]);
    const again = await client.consent.grant("research");
    expect(again.record["dct:replaces"]).toEqual({ "@id": first.record["@id"] });
    expect(again.record["dct:identifier"]).not.toBe(first.record["dct:identifier"]);
    expect(again.record["dpv:hasDataSubject"]).toEqual(first.record["dpv:hasDataSubject"]);
    for (const one of [first, withdrawn, again]) {
      const key = fromBase64Url(one.publicKey);
      expect(await verifyReceipt(nodeCrypto, one, key)).toBe(true);
      expect(await verifyReceipt(nodeCrypto, { ...one, record: { ...one.record, "dpv:hasRight": "" } }, key)).toBe(
        false,
      );
      expect(await verifyReceipt(nodeCrypto, { ...one, lacks: ["controller"] }, key)).toBe(false);
      expect(await verifyReceipt(nodeCrypto, { ...one, version: 2 } as never, key)).toBe(false);
      expect(await verifyReceipt(nodeCrypto, { ...one, version: 4 } as never, key)).toBe(false);
    }
  });

  test("names nobody, and its pseudonym is another one after everything was erased", async () => {
    const { client } = device(newCluster(), undefined, { controller: gym });
    const subject = async () => (await client.consent.grant("research")).record["dpv:hasDataSubject"];
    const before = await subject();
    expect(before).toMatchObject({ "@id": expect.stringMatching(/^urn:ietf:params:oauth:jwk-thumbprint:sha-256:/) });
    await client.eraseAll();
    expect(await subject()).not.toEqual(before);
  });

  test("does not say that it conforms where the app has not said what the standard asks for", async () => {
    const all = ["controller", "controller.contact", "controller.address", "controller.jurisdictions"];
    for (const [controller, lacks] of [
      [undefined, all],
      ["Example Gym", all.slice(1)],
      [{ name: "Example Gym", contact: "tel:+353" }, all.slice(2)],
    ] as const) {
      const { client } = device(newCluster(), undefined, controller === undefined ? {} : { controller });
      const receipt = await client.consent.grant("research");
      expect(receipt.lacks).toEqual(lacks);
      expect(receipt.record).not.toHaveProperty("dct:conformsTo");
      expect(missing(receipt.record)).toContain("dct:conformsTo");
    }
  });

  test("wrong words and controllers are named", async () => {
    expect(() => device(newCluster(), undefined, { controller: { nane: "x" } as never })).toThrow("did you mean name");
    expect(() => device(newCluster(), undefined, { controller: "" })).toThrow("controller");
    expect(controllerFault(gym)).toBeUndefined();
    for (const wrong of [
      { name: "" },
      { name: "x".repeat(301) },
      { contact: "privacy@gym.example" },
      { privacyNotice: "http://gym.example" },
      { lawfulBasis: "consent" },
      { jurisdictions: "IE" },
      { jurisdictions: [] },
      { jurisdictions: ["Ireland"] },
    ]) {
      const { client } = device(newCluster(), undefined, { controller: { ...gym, ...wrong } as never });
      await expect(client.consent.grant("research")).rejects.toThrow(`controller.${Object.keys(wrong)[0]} must`);
      expect(await client.consent.receipts()).toEqual([]);
    }
    const { client } = device(newCluster());
    for (const shown of [{ notice: "" }, { language: "" }, { version: "x".repeat(101) }, { method: "" }])
      await expect(client.consent.grant("research", shown)).rejects.toThrow(Object.keys(shown)[0]);
    await client.consent.grant("research");
    await expect(client.withdraw("research", "")).rejects.toThrow("method");
  });
});

describe("a receipt of before", () => {
  /** As version 2 was signed. */
  async function earlier() {
    const cluster = newCluster();
    await newRound(cluster);
    const store = memoryDeviceStore();
    const { secret, public: publicKey } = await nodeCrypto.ed25519Generate();
    const kept = { secret: toBase64Url(secret), public: toBase64Url(publicKey) };
    const unsigned = {
      version: 2,
      purpose: "service-improvement",
      notice: "Improve …",
      language: "en",
      grantedAt: 1,
      withdrawnAt: null,
      number: 3,
      controller: "Example Gym",
      publicKey: kept.public,
    } as const;
    const message = utf8(`paceline consent v2\n${canonicalJson(unsigned)}`);
    const signature = toBase64Url(await nodeCrypto.ed25519Sign(secret, message));
    const receipt: EarlierReceipt = { ...unsigned, signature };
    const put = { "device-key": kept, "consent/service-improvement": receipt };
    const rows = Object.entries(put).map(([key, value]) => [key, utf8(JSON.stringify(value))] as const);
    await store.transaction({ put: rows, delete: [] });
    return { ...device(cluster, undefined, { store }), receipt, publicKey };
  }

  test("still counts, and is the one that is shown", async () => {
    const { client, receipt, publicKey } = await earlier();
    expect(await verifyReceipt(nodeCrypto, receipt, publicKey)).toBe(true);
    expect(await verifyReceipt(nodeCrypto, { ...receipt, notice: "else" }, publicKey)).toBe(false);
    expect(await client.consent.receipts()).toEqual([receipt]);
    expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
  });

  test("is withdrawn in its own shape, signed anew; nothing leaves then", async () => {
    const { client, wire, clock, receipt, publicKey } = await earlier();
    await client.withdraw("service-improvement");
    const [withdrawn] = (await client.consent.receipts()) as [EarlierReceipt];
    expect(withdrawn).toEqual({ ...receipt, withdrawnAt: clock.at, signature: expect.any(String) });
    expect(await verifyReceipt(nodeCrypto, withdrawn, publicKey)).toBe(true);
    expect([await client.sync(), uploadsOf(wire)]).toEqual([[], []]);
    const again = await client.consent.grant("service-improvement");
    expect(again).toMatchObject({ version: 3, number: 4, publicKey: toBase64Url(publicKey) });
    expect(again.record).not.toHaveProperty("dct:replaces");
    expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
  });
});
