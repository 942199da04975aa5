import type { ObjectSchema } from "../constraint/narrow.ts";
import { code } from "../render/markdown.ts";

/** What a model needs to call a tool, from its schema: `name(needed: string, option?: "a" | "b" = "a")`. */
export function signature(name: string, schema: ObjectSchema): string {
  const required = schema.required ?? [];
  const parameters = Object.entries(schema.properties ?? {})
    .toSorted(([a], [b]) => Number(required.includes(b)) - Number(required.includes(a)))
    .map(([parameter, raw]) => {
      const { default: fallback } = fieldsOf(raw);
      const isOptional = !required.includes(parameter);
      const initial = fallback === undefined ? "" : ` = ${JSON.stringify(fallback)}`;
      return `${parameter}${isOptional ? "?" : ""}: ${typeText(raw)}${initial}`;
    });
  return `${name}(${parameters.join(", ")})`;
}

/** A line for each parameter that has something to say beside its type. */
export function parameterNotes(schema: ObjectSchema): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([parameter, raw]) => {
    const { description } = fieldsOf(raw);
    return typeof description === "string" ? [`${code(parameter)}: ${description}`] : [];
  });
}

function typeText(raw: unknown): string {
  const { enum: values, const: only, type, items, minimum, maximum, anyOf } = fieldsOf(raw);
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(" | ");
  if (only !== undefined) return JSON.stringify(only);
  if (Array.isArray(anyOf)) return anyOf.map(typeText).join(" | ");
  if (type === "array") return `(${typeText(items)})[]`.replace(/^\((\w+)\)/, "$1");
  if (typeof minimum === "number" && typeof maximum === "number") return `${minimum}..${maximum}`;
  return typeof type === "string" ? type : "any";
}

/** The keywords of a schema. */
function fieldsOf(raw: unknown): Record<string, unknown> {
  return typeof raw === "object" && raw !== null ? { ...raw } : {};
}
