import { jsonHead } from "../scan/json-file.ts";

const sign =
  /"(?:samplePoints|sportBasicInfos|sportDataUserData|motionPathData)"\s*:|"sportType"\s*:[^{}]{0,400}"totalTime"\s*:|"totalTime"\s*:[^{}]{0,400}"sportType"\s*:/;

export function recognises(head: Uint8Array): boolean {
  return sign.test(jsonHead(head));
}
