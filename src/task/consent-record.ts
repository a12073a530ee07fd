// A consent as a record of ISO/IEC TS 27560:2023: the fields of the W3C community group's guide to it, in JSON-LD with the terms
// of the Data Privacy Vocabulary 2.3. DPV has no term for federated learning: that much is said in words. Loaded by the first
// consent that is given, so it imports nothing.
import type { Json } from "../base/canonical.ts";
import type { ConsentRecord } from "./consent.ts";
import type { Purpose } from "./purposes.ts";

/** Who asks for consent and answers for what follows. */
export interface Controller {
  readonly name: string;
  /** An address that reaches it: https:, mailto: or tel:. */
  readonly contact?: string;
  /** Its postal address. */
  readonly address?: string;
  /** Whose law applies: ISO 3166 codes such as "DE" or "US-WA", or "EU", "EEA". */
  readonly jurisdictions?: readonly string[];
  /** Beside explicitly expressed consent, such as "eu-gdpr:A9-2-a". */
  readonly lawfulBasis?: string;
  /** Where the whole privacy notice is read. */
  readonly privacyNotice?: string;
}

export interface ConsentFacts {
  /** 16 random bytes. */
  readonly random: Uint8Array;
  /** An IRI that stands for the member and names nobody. */
  readonly subject: string;
  readonly purpose: Purpose;
  /** What the purpose is, in English. */
  readonly about: string;
  readonly notice: {
    readonly words: string;
    /** BCP 47 */
    readonly language: string;
    readonly version: string;
    /** SHA-256 of the words in UTF-8, base64url. */
    readonly digest: string;
  };
  readonly controller: Controller | null;
  /** Addresses of the services that each get a share of every report, the coordinator's first. */
  readonly recipients: readonly string[];
  /** Fields of its process that are others than where two services answer questions. */
  readonly differs?: Readonly<Record<string, Json>>;
  /** IRI of the record that this one takes the place of. */
  readonly replaces: string | undefined;
  /** As in 2026-11-26T08:00:00.000Z. */
  readonly at: string;
  /** How the member expressed it, in words. */
  readonly method: string;
}

const context = {
  dct: "http://purl.org/dc/terms/",
  dpv: "https://w3id.org/dpv#",
  "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
  loc: "https://w3id.org/dpv/loc#",
  pd: "https://w3id.org/dpv/pd#",
  rdf: "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
  schema: "https://schema.org/",
  skos: "http://www.w3.org/2004/02/skos/core#",
  xsd: "http://www.w3.org/2001/XMLSchema#",
};

const broader: Readonly<Record<Purpose, string>> = {
  "service-improvement": "dpv:ImproveExistingProductsAndServices",
  research: "dpv:ResearchAndDevelopment",
  "model-training": "dpv:ImproveExistingProductsAndServices",
};

const ref = (id: string) => ({ "@id": id });
const refs = (...ids: readonly string[]) => ids.map(ref);
const until = (event: string) => ({ "@type": "dpv:UntilEventDuration", "rdf:value": event });
const STORED = ["dpv:StorageLocation", "dpv:StorageDuration"];

/** The fields that the standard asks for and that only the app can know. */
export function lacking(controller: Controller | null): readonly string[] {
  return [
    ...(controller === null ? ["controller"] : []),
    ...(controller?.contact === undefined ? ["controller.contact"] : []),
    ...(controller?.address === undefined ? ["controller.address"] : []),
    ...(controller?.jurisdictions === undefined ? ["controller.jurisdictions"] : []),
  ];
}

const forms: Readonly<Record<keyof Controller, readonly [form: RegExp, must: string]>> = {
  name: [/\S/, "must be a name"],
  address: [/\S/, "must be an address"],
  contact: [/^(https|mailto|tel):\S+$/, "must be an https:, mailto: or tel: address"],
  privacyNotice: [/^https:\S+$/, "must be an https: address"],
  lawfulBasis: [/^(dpv|eu-gdpr|https):\S+$/, "must be a term such as eu-gdpr:A9-2-a, or an https: address"],
  jurisdictions: [/^[A-Z]{2,3}(-[A-Z0-9]{1,3})?$/, "must be a list of codes such as DE, US-WA or EU"],
};

/** What is wrong with one of its fields, which become identifiers and texts of records; undefined where nothing is. */
export function controllerFault(given: Controller): string | undefined {
  for (const [name, [form, must]] of Object.entries(forms)) {
    const value: unknown = given[name as keyof Controller];
    if (value === undefined) continue;
    const all: readonly unknown[] = name !== "jurisdictions" ? [value] : Array.isArray(value) ? value : [];
    if (all.length === 0 || all.some((one) => typeof one !== "string" || one.length > 300 || !form.test(one)))
      return `controller.${name} ${must}`;
  }
  return undefined;
}

/** Version 4 (RFC 9562). */
function uuid(random: Uint8Array): string {
  const hex = [...random]
    .map((byte, i) => (i === 6 ? (byte & 0x0f) | 0x40 : i === 8 ? (byte & 0x3f) | 0x80 : byte))
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Given, and not withdrawn. */
export function consentRecord(facts: ConsentFacts): ConsentRecord {
  const { random, subject, notice, controller, replaces, at, method } = facts;
  const { contact, address, jurisdictions, lawfulBasis, privacyNotice } = controller ?? {};
  const id = uuid(random);
  const iri = `urn:uuid:${id}`;
  const controllerIri = `${iri}#controller`;
  return {
    "@context": context,
    "@id": iri,
    "@type": "dpv:ConsentRecord",
    "dct:identifier": id,
    ...(lacking(controller).length === 0 && { "dct:conformsTo": ref("https://w3id.org/dpv/schema/dpv-27560#record") }),
    ...(replaces !== undefined && { "dct:replaces": ref(replaces) }),
    "dpv:hasDataSubject": { "@id": subject, "@type": "dpv:DataSubject" },
    "dpv:hasNotice": {
      "@id": `ni:///sha-256;${notice.digest}`,
      "@type": "dpv:ConsentNotice",
      "dct:language": notice.language,
      "schema:version": notice.version,
      "dct:description": { "@value": notice.words, "@language": notice.language },
      ...(privacyNotice !== undefined && { "schema:url": ref(privacyNotice) }),
    },
    "dpv:hasProcess": {
      ...processOf(facts),
      ...facts.differs,
      ...(controller && { "dpv:hasDataController": ref(controllerIri) }),
    },
    "dpv:hasLegalBasis": refs("dpv:ExplicitlyExpressedConsent", ...(lawfulBasis === undefined ? [] : [lawfulBasis])),
    ...(jurisdictions !== undefined && { "dpv:hasJurisdiction": refs(...jurisdictions.map((code) => `loc:${code}`)) }),
    "dpv:hasConsentControl": {
      "@type": "dpv:WithdrawConsent",
      "dct:description": "in the app, at any time and without a reason: for this purpose alone, or for all of them",
      ...(privacyNotice !== undefined && { "dpv:isExercisedAt": ref(privacyNotice) }),
    },
    "dpv:hasRight": {
      "@type": "dpv:DataSubjectRight",
      "dct:description": "in the app: see what left, export the days, pause, object, erase",
      ...(contact !== undefined && { "dpv:isExercisedAt": ref(contact) }),
    },
    ...(controller && {
      "dpv:hasEntity": {
        "@id": controllerIri,
        "@type": "dpv:DataController",
        "dpv:hasIdentifier": controllerIri,
        "dpv:hasName": controller.name,
        ...(contact !== undefined && {
          "schema:contactPoint": { "@type": "schema:ContactPoint", "schema:url": ref(contact) },
        }),
        ...(address !== undefined && { "schema:address": { "@type": "schema:PostalAddress", "schema:name": address } }),
      },
    }),
    "dpv:hasConsentStatus": [
      {
        "@type": ["dpv:ConsentGiven", "dpv:ExplicitlyExpressedConsent"],
        "dpv:isIndicatedAtTime": { "@type": "xsd:dateTime", "@value": at },
        "dpv:isIndicatedBy": { "@id": subject, "@type": "dpv:DataSubject" },
        "dpv:hasIndicationMethod": method,
        "dpv:hasDuration": until("the member withdraws it"),
      },
    ],
  };
}

function processOf({ purpose, about, recipients }: ConsentFacts): { readonly [key: string]: Json } {
  const training = purpose === "model-training";
  return {
    "@type": "dpv:Process",
    "dpv:hasPurpose": {
      "@type": "dpv:Purpose",
      "skos:broader": ref(broader[purpose]),
      "dct:identifier": purpose,
      "dct:description": { "@value": about, "@language": "en" },
    },
    "dpv:hasPersonalData": [
      {
        "@type": "dpv:SpecialCategoryPersonalData",
        "skos:broader": ref("pd:Health"),
        "dct:description": "values of days that a wearable, a phone or the member measured",
      },
      {
        "@type": "dpv:PersonalData",
        "skos:broader": refs("pd:AgeRange", "pd:Demographic"),
        "dct:description": "bands and labels of the profile, where a question splits by them",
      },
    ],
    "dpv:hasDataSource": ref("dpv:DataSubjectDataSource"),
    "dpv:hasProcessing": [
      {
        "@type": "dpv:Processing",
        "skos:broader": ref("dpv:Derive"),
        "dpv:hasProcessingCondition": {
          "@type": "dpv:ProcessingLocation",
          "dpv:hasLocation": ref("dpv:WithinDevice"),
        },
        "dct:description": training
          ? "a bounded change to a shared model is computed on the device (federated learning)"
          : "one bounded contribution a question is computed on the device",
      },
      {
        "@type": "dpv:Processing",
        "skos:broader": refs("dpv:Transmit", "dpv:Aggregate"),
        "dct:description":
          "it is split into two sealed shares; each service adds up its own; noised sums are published and stay",
      },
    ],
    "dpv:hasTechnicalMeasure": refs(
      ...["dpv:DifferentialPrivacy", "dpv:SecureMultiPartyComputation", "dpv:EndToEndEncryption"],
    ),
    "dpv:hasRecipient": recipients.map((url) => ({ "@id": url, "@type": "dpv:Recipient", "schema:url": ref(url) })),
    "dpv:hasStorageCondition": [
      {
        "@type": STORED,
        "dct:description": "days and profile",
        "dpv:hasLocation": ref("dpv:WithinDevice"),
        "dpv:hasDuration": until("the member erases them"),
      },
      {
        "@type": STORED,
        "dct:description": "sealed shares of reports",
        "dpv:hasLocation": recipients.map((url) => ({ "@type": "dpv:RemoteLocation", "schema:url": ref(url) })),
        "dpv:hasDuration": until("the question is answered, or its time to keep uncollected shares has passed"),
      },
    ],
  };
}
