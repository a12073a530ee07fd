import { openKeyValues } from "../../src/storage/sqlite/index.ts";
import { fileNamed, sealing, stoppedEverywhere } from "../support/plain-points.ts";

stoppedEverywhere("SQLite", "time-interval", (name) => openKeyValues(fileNamed(name), sealing(name)));
