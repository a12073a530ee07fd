// Training on a synthetic population: with privacy, without, and with all the data in one place.
export { type Accuracy, accuracyOf } from "./accuracy.ts";
export { centralTraining } from "./central.ts";
export { seededEntropy } from "./entropy.ts";
export { type FederatedOptions, federatedTraining, federatedWithoutPrivacy } from "./federated.ts";
export { type Split, splitHeldOut } from "./held-out.ts";
export { plainTrainer } from "./trainer.ts";
