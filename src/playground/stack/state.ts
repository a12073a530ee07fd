// What the room's address says.
import { fieldsOf } from "../shell/state.ts";
import { defaults } from "./defaults.ts";

export const fields = () => fieldsOf("stack", defaults);
