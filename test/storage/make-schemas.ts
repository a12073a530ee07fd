// node --conditions=paceline-source test/storage/make-schemas.ts: after a migration was added, and before it is released.
import { writeSnapshots } from "./schemas.ts";

writeSnapshots();
