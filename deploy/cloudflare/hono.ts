/** Stands in for Hono's own choice of routers (`wrangler.jsonc`, alias): one small one for the 76 routes here, 1 µs slower. Saves 2 KB. */
export { Hono } from "hono/tiny";
