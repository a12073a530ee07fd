// Whether intervals hold what they say: a short run; test/long/estimate has the long one.
import { coverage } from "./coverage.ts";

coverage(180);
