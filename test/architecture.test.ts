import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

/** The import table of the house: a room may import itself and these. `types` marks rooms taken as types only. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  lib: [],
  config: ["lib"],
  store: ["lib"],
  channel: ["lib"],
  sentry: ["lib"],
  render: ["lib", "sentry (types)"],
  constraint: ["lib", "sentry"],
  apps: ["lib", "sentry (types)", "render"],
  tools: ["lib", "sentry", "render", "apps"],
  mcp: ["lib", "channel (types)", "sentry", "constraint", "tools", "render", "apps"],
  cli: ["lib", "sentry", "constraint", "tools", "mcp"],
  oauth: ["lib", "store", "sentry"],
  web: ["lib"],
  http: [
    "config",
    "lib",
    "store",
    "channel",
    "sentry",
    "render",
    "constraint",
    "tools",
    "mcp",
    "oauth",
    "web",
  ],
  sandbox: ["lib"],
  app: [
    "config",
    "lib",
    "store",
    "channel (types)",
    "sentry",
    "constraint",
    "tools",
    "mcp",
    "oauth",
    "web",
    "http",
  ],
  adapters: ["app", "config", "cli", "lib", "store", "channel", "sandbox"],
};

/** Globals that one of the five runtimes lacks, or that belong to one platform. */
const FORBIDDEN_IN_SRC = [
  "AbortSignal.any",
  "CompressionStream",
  "MessageChannel",
  "BroadcastChannel",
  "Uint8Array.fromBase64",
  "process.env",
];

interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = [...sources("src"), ...sources("adapters")];
const imports = files.flatMap(importsOf);

describe("the house", () => {
  it("has rooms that import only what the table allows", () => {
    const broken = imports.filter(({ from, to, typeOnly }) => {
      const allowed = MAY_IMPORT[from] ?? [];
      return from !== to && !allowed.includes(to) && !(typeOnly && allowed.includes(`${to} (types)`));
    });

    expect(broken).toEqual([]);
  });

  it("has no room that the table does not know", () => {
    expect(files.map(roomOf).filter((room) => !(room in MAY_IMPORT))).toEqual([]);
  });

  it("lets only src/lib/crypto.ts import oslo", () => {
    expect(files.filter((file) => /from "oslo\//.test(read(file)))).toEqual(["src/lib/crypto.ts"]);
  });

  it("keeps platform modules and globals out of src", () => {
    const own = files.filter((file) => file.startsWith("src/"));
    const found = own.flatMap((file) => [
      ...FORBIDDEN_IN_SRC.filter((name) => code(file).includes(name)).map((name) => `${file}: ${name}`),
      ...[...code(file).matchAll(/from "((?:node|bun|cloudflare):[^"]+)"/g)].map((match) =>
        `${file}: ${match[1]}`
      ),
    ]);

    expect(found).toEqual([]);
  });

  it("imports the sandbox nowhere but dynamically, in adapters", () => {
    const importers = files.filter((file) =>
      !file.startsWith("src/sandbox/") && code(file).includes("sandbox/sandbox.ts")
    );

    expect(importers).toEqual(["adapters/local.ts"]);
    expect(code("adapters/local.ts")).toContain('await import("../src/sandbox/sandbox.ts")');
  });

  it("keeps files short: median under 120 lines, none over 400", () => {
    const lengths = files.filter((file) => !file.endsWith(".gen.ts")).map((file) =>
      read(file).split("\n").length
    );
    lengths.sort((a, b) => a - b);

    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThan(120);
    expect(lengths.at(-1)).toBeLessThanOrEqual(400);
  });

  it("names files in kebab case after what is inside", () => {
    const vague = /(^|\/)(index|utils?|helpers?|common|types)\.ts$/;

    expect(files.filter((file) => vague.test(file) || !/\/[a-z0-9-]+(\.gen)?\.ts$/.test(file))).toEqual([]);
  });
});

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** The file without comments, so that prose may name what code may not. */
function code(file: string): string {
  return read(file).replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

function roomOf(file: string): string {
  const [top, next = ""] = file.split("/");
  return top === "src" ? next.replace(/\.ts$/, "") : (top ?? "");
}

function importsOf(file: string): Import[] {
  const pattern = /(?:(import|export)(\s+type)?[^;"]*?from\s+|import\()"(\.[^"]+)"/g;
  return [...code(file).matchAll(pattern)].map((match) => ({
    file,
    from: roomOf(file),
    to: roomOf(relative(root, join(root, file, "..", match[3] ?? ""))),
    typeOnly: match[2] !== undefined,
  }));
}
