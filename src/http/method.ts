import type { Handler } from "hono";

/** For `app.all`, behind the methods that a path has. @param allow Such as `"GET, HEAD"`. */
export function methodNotAllowed(allow: string): Handler {
  return (c) => c.json({ error: "invalid_request", error_description: `Use ${allow}` }, 405, { allow });
}
