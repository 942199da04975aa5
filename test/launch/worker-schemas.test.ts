import { specTypeSchemas } from "@modelcontextprotocol/server";
import { build } from "esbuild";
import fc from "fast-check";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");

type Schema = (typeof specTypeSchemas)[keyof typeof specTypeSchemas];
/** What zod puts there, of which the SDK's types have the first half. */
type Standard = Schema["~standard"] & { jsonSchema: { input(options: { target: string }): JsonSchema } };

let inWorker: (name: string, json: string) => unknown;
beforeAll(async () => {
  inWorker = await validationOver(join(root, "deploy/cloudflare/zod-methods.ts"));
});

describe("the MCP SDK's schemas on zod's functions, as the Worker has them", () => {
  it("take and refuse what they do elsewhere, in the same words", () => {
    for (const [name, schema] of Object.entries(specTypeSchemas)) {
      const { jsonSchema, validate } = schema["~standard"] as Standard; // zod made it
      const messages = messagesOf(jsonSchema.input({ target: "draft-2020-12" }));

      fc.assert(
        fc.property(messages.map((message) => JSON.stringify(message ?? null)), (json) => {
          const elsewhere = validate(JSON.parse(json));
          const here = inWorker(name, json);

          expect(here).toEqual(elsewhere);
        }),
        { numRuns: 50 },
      );
    }
  });
});

/** The SDK's schemas over another zod, in a realm of their own: all zods of one share their settings. */
async function validationOver(zod: string): Promise<typeof inWorker> {
  const { outputFiles } = await build({
    stdin: { contents: 'export { specTypeSchemas } from "@modelcontextprotocol/server";', resolveDir: root },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "sdk",
    conditions: ["worker"],
    plugins: [{
      name: "stand-in",
      setup: ({ onResolve }) => onResolve({ filter: /^zod\/v4$/ }, () => ({ path: zod })),
    }],
  });
  return runInNewContext(
    `${
      outputFiles[0]?.text
    }; (name, json) => sdk.specTypeSchemas[name]["~standard"].validate(JSON.parse(json))`,
    { URL, TextEncoder, TextDecoder, atob },
    { contextCodeGeneration: { strings: false, wasm: false } },
  );
}

/** As far as zod writes JSON Schema. */
interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly type?: string;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: string[];
}

const STRINGS = ["", "text", "AAAA", "https://example.com/", "file:///a", "2026-01-01T00:00:00+02:00"];
const NUMBERS = [-1, 0, 0.5, 1, 2, 1e21];
const SCALARS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: fc.constantFrom(...STRINGS),
  integer: fc.constantFrom(...NUMBERS),
  number: fc.constantFrom(...NUMBERS),
  boolean: fc.boolean(),
};
const anything = fc.oneof(
  fc.constantFrom(undefined, null, true, {}, [], ...STRINGS, ...NUMBERS),
  fc.jsonValue(),
);

/** Mostly what a schema describes, with something else in it here and there. */
function messagesOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  return fc.letrec((tie) => {
    const of = (part: JsonSchema): fc.Arbitrary<unknown> =>
      fc.oneof(
        { maxDepth: 8, depthIdentifier: "part" },
        { arbitrary: anything, weight: 1 },
        { arbitrary: described(part), weight: 30 },
      );

    function described(part: JsonSchema): fc.Arbitrary<unknown> {
      const choices = part.anyOf ?? part.oneOf;
      if (part.$ref) return tie(part.$ref);
      if (part.const !== undefined) return fc.constant(part.const);
      if (part.enum) return fc.constantFrom(...part.enum);
      if (choices) return fc.oneof(...choices.map(of));
      if (part.allOf) return fc.tuple(...part.allOf.map(described)).map((all) => Object.assign({}, ...all));
      if (part.type === "object") return objects(part);
      if (part.type === "array") return fc.array(of(part.items ?? {}), { maxLength: 2 });
      return SCALARS[part.type ?? ""] ?? anything;
    }

    function objects({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<unknown> {
      const parts: Record<string, fc.Arbitrary<unknown>> = { unknown: anything };
      for (const [key, part] of Object.entries(properties)) parts[key] = of(part);
      return fc.record(parts, { requiredKeys: required });
    }

    const definitions = Object.entries(schema.$defs ?? {});
    return {
      "#": of(schema),
      ...Object.fromEntries(definitions.map(([name, part]) => [`#/$defs/${name}`, of(part)])),
    };
  })["#"];
}
