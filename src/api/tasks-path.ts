// Where devices read the register, apart from the route's description, which they do not carry.

export const TASKS_PATH = "/v1/tasks";
