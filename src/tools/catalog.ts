import { TOOLS } from "./all.ts";
import { ANNOTATIONS } from "./annotations.ts";
import { SCHEMAS } from "./catalog.gen.ts";
import { CATALOG_TOOLS } from "./catalog-tools.ts";
import type { Tool } from "./define.ts";

const schemas: Readonly<Record<string, (typeof SCHEMAS)[keyof typeof SCHEMAS]>> = SCHEMAS;

/** Every tool as clients are told of it, in the order in which they list them. */
export const CATALOG = [...TOOLS, ...CATALOG_TOOLS].map(describe);

function describe(
  { name, title, description, effect }: Pick<Tool, "name" | "title" | "description" | "effect">,
) {
  const generated = schemas[name];
  if (!generated) throw new Error(`The tool ${name} has no schemas yet: npm run gen`);
  return { name, title, description, ...generated, annotations: { title, ...ANNOTATIONS[effect] } };
}
