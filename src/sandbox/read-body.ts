import type { Context } from "hono";
import { badRequest } from "./problem.ts";
import type { Json } from "./world/model.ts";

export async function readBody(c: Context): Promise<Json> {
  try {
    const body: unknown = await c.req.json();
    if (typeof body === "object" && body !== null && !Array.isArray(body)) return { ...body };
  } catch {
    throw badRequest("JSON parse error");
  }
  throw badRequest({ nonFieldErrors: ["Invalid data. Expected a dictionary."] });
}
