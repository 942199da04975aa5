/**
 * Stands in for the MCP SDK's platform shims (`wrangler.jsonc`, alias), without its JSON Schema validator: tools
 * check their input with valibot, and nothing here asks a client for input that would need the other. Saves 6 KB.
 */
import { preloadSchemas } from "@modelcontextprotocol/server";

preloadSchemas();

export class DefaultJsonSchemaValidator {
  getValidator(): never {
    throw new Error("Cannot validate: this bundle leaves the JSON Schema validator out");
  }
}

export const process = {};
