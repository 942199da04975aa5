import { text } from "./decode.ts";
import { type Assignee, decodeAssignee } from "./issue.ts";

/** Who looks after an alert or a monitor: an object, or `team:12` where the endpoint is older. */
export function decodeOwner(raw: unknown): Assignee | undefined {
  const [, type, id] = /^(team|user):(\w+)$/.exec(text(raw) ?? "") ?? [];
  return id ? { type: type === "team" ? "team" : "user", id } : decodeAssignee(raw);
}
