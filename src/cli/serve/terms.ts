// From a configuration file to the rules of the service that it configures.
import { fromBase64Url } from "../../base/bytes.ts";
import type { CoordinatorTerms } from "../../coordinator/terms.ts";
import type { HelperPolicy } from "../../helper/policy.ts";
import type { OperatorRegistry } from "../../task/metrics/definition.ts";
import type { TokenTerms } from "../../task/tokens.ts";
import type { CoordinatorConfig, HelperConfig } from "./config.ts";

export function termsOf(config: CoordinatorConfig, registry: OperatorRegistry): CoordinatorTerms {
  const { helper } = config;
  return {
    url: config.url,
    ...(helper && {
      helper: { ...helper, signingKey: fromBase64Url(helper.signingKey), hpke: fromBase64Url(helper.hpke) },
    }),
    ...(config.registrar && {
      registrar: { url: config.registrar.url, key: fromBase64Url(config.registrar.key) },
    }),
    epochCap: config.rhoPerEpoch,
    yearCap: config.rhoPerYear,
    minBatchFloor: config.minBatchFloor,
    rhoMin: config.rhoPerTaskLeast,
    openTasksMax: config.openTasksMax,
    manifestBytesMax: config.manifestBytesMax,
    windowAgeDaysMax: config.windowAgeDaysMax,
    unit: config.unit,
    registry,
    ...tokensOf(config),
    uploadSeconds: Math.round(config.uploadHours * 3600),
    ...(config.completeAfterMinutes === undefined ? {} : { quietSeconds: config.completeAfterMinutes * 60 }),
    jobReports: config.jobReports,
    uploads: { ...config.uploads, bytes: config.databaseBytesMax },
  };
}

function tokensOf({ tokens }: Pick<CoordinatorConfig, "tokens">): { readonly tokens?: TokenTerms } {
  return tokens === undefined
    ? {}
    : { tokens: { issuer: tokens.issuer, key: tokens.key, rho: String(tokens.rhoPerToken) } };
}

export function policyOf(config: HelperConfig, registry: OperatorRegistry): HelperPolicy {
  const { policy, registryKey } = config;
  const { rhoPerTask, rhoPerTaskLeast, rhoPerEpoch, rhoPerYear, trainings, ...rules } = policy;
  const { rhoPerRound = rhoPerTask, rhoPerTraining = rhoPerYear } = trainings;
  return {
    ...rules,
    trainings: { ...trainings, rhoPerRound, rhoPerTraining },
    rhoMin: rhoPerTaskLeast,
    rhoMax: rhoPerTask,
    epochCap: rhoPerEpoch,
    yearCap: rhoPerYear,
    lists: registry.lists,
    ...tokensOf(config),
    registry: {
      own: new Set(registry.definitions.map(({ hash }) => hash)),
      key: registryKey === undefined ? undefined : fromBase64Url(registryKey),
    },
  };
}
