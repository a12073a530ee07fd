import { extremes } from "./extremes.ts";

extremes(40);
