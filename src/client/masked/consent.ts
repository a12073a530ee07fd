// What a consent's record says otherwise where an app pins a registrar: who hears of masked rounds, what of them, and for how long.
import type { Json } from "../../base/canonical.ts";
import type { Purpose } from "../../task/purposes.ts";
import type { ConsentSettings } from "../shown.ts";

const DEVICE = "a bounded change to a shared model is computed on the device (federated learning)";
const MASKED =
  "it is masked, so that one service reads the sum of all who take part and nothing else, with the noise that each adds; another one hears the account and a key made for the round; sums are published and stay";
const SHARES = "it is split into two sealed shares; each service adds up its own; noised sums are published and stay";
const NOTHING = "no question is asked: the one service that there is reads nothing but masked sums of training";

const ref = (iri: string): Json => ({ "@id": iri });
const until = (description: string): Json => ({ "@type": "dpv:UntilEventDuration", "rdf:value": description });

/** Fields of the record's process, in place of its own; {} where they are as everywhere. @param registrar its address */
export function maskedProcess(
  { coordinatorUrl, helperUrl }: Pick<ConsentSettings, "coordinatorUrl" | "helperUrl">,
  purpose: Purpose,
  registrar: string,
): Readonly<Record<string, Json>> {
  const training = purpose === "model-training";
  if (!training && helperUrl !== undefined) return {};
  const aggregators = helperUrl === undefined ? [coordinatorUrl] : [coordinatorUrl, helperUrl];
  const recipients = training ? [...aggregators, registrar] : aggregators;
  const sent = !training
    ? NOTHING
    : helperUrl === undefined
      ? MASKED
      : `${SHARES}; or, where one service adds up: ${MASKED}`;
  const at = (description: string, where: Json, over: string): Json => ({
    "@type": ["dpv:StorageLocation", "dpv:StorageDuration"],
    "dct:description": description,
    "dpv:hasLocation": where,
    "dpv:hasDuration": until(over),
  });
  return {
    "dpv:hasProcessing": [
      {
        "@type": "dpv:Processing",
        "skos:broader": ref("dpv:Derive"),
        "dpv:hasProcessingCondition": { "@type": "dpv:ProcessingLocation", "dpv:hasLocation": ref("dpv:WithinDevice") },
        "dct:description": DEVICE,
      },
      {
        "@type": "dpv:Processing",
        "skos:broader": [ref("dpv:Transmit"), ref("dpv:Aggregate")],
        "dct:description": sent,
      },
    ].slice(training ? 0 : 1),
    "dpv:hasRecipient": recipients.map((url) => ({ "@id": url, "@type": "dpv:Recipient", "schema:url": ref(url) })),
    "dpv:hasStorageCondition": [
      at("days and profile", ref("dpv:WithinDevice"), "the member erases them"),
      at(
        "sealed shares of reports, masked vectors, and a pseudonym of the account for a round",
        recipients.map((url) => ({ "@type": "dpv:RemoteLocation", "schema:url": ref(url) })),
        "the question is answered, the round is over, or its time to keep uncollected shares has passed",
      ),
    ].slice(0, training ? 2 : 1),
  };
}
