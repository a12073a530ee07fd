// Purposes a member can consent to, one by one. A purpose outside this list (advertising, pricing, insurance,
// employment, sale) does not exist for a device: a manifest that names one does not decode.

export const purposes = {
  "service-improvement": "Improve the service: answers about members as a group, and comparisons on your own device.",
  research: "Research: published statistics about members as a group.",
  "model-training": "Train a model together: your device sends a masked model update, never your data.",
} as const;

export type Purpose = keyof typeof purposes;

export const purposeNames = /* @__PURE__ */ Object.keys(purposes) as readonly Purpose[];
