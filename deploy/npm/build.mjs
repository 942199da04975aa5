// Writes the published package to deploy/npm/dist, or to the folder that is named: the stdio server in one file, for
// Node 20 and newer, without dependencies. Then: npm publish deploy/npm/dist
// With MCP_NAME, such as io.github.acme/sentry-mcp-edge, it can be listed in the MCP registry under that name: then also
// mcp-publisher publish deploy/npm/dist/server.json
import { build } from "esbuild";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { thirdPartyText } from "./third-party.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const output = resolve(process.argv[2] ?? `${root}deploy/npm/dist`);
const mcpName = process.env.MCP_NAME;
const { name, version, license } = JSON.parse(await readFile(`${root}package.json`, "utf8"));

await mkdir(output, { recursive: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ["adapters/stdio.ts"],
  outfile: `${output}/${name}.mjs`,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  // Names stay, so that a stack trace in a report can be read.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "eof",
  banner: { js: "#!/usr/bin/env node" },
  metafile: true,
});
await writeFile(`${output}/THIRD-PARTY`, await thirdPartyText({ root, metafile }));
await copyFile(`${root}LICENSE`, `${output}/LICENSE`);
await copyFile(`${root}deploy/npm/README.md`, `${output}/README.md`);
await writeFile(
  `${output}/package.json`,
  `${
    JSON.stringify(
      {
        name,
        version,
        mcpName,
        description: "An MCP server for Sentry on stdio, for desktop clients",
        license,
        keywords: ["mcp", "model-context-protocol", "sentry", "stdio"],
        type: "module",
        bin: { [name]: `${name}.mjs` },
        files: [`${name}.mjs`, "THIRD-PARTY"],
        engines: { node: ">=20" },
      },
      null,
      2,
    )
  }\n`,
);

if (mcpName) {
  const entry = registryEntry({ mcpName, name, version });
  await writeFile(`${output}/server.json`, `${JSON.stringify(entry, null, 2)}\n`);
}

/** @see https://github.com/modelcontextprotocol/registry (server.json, schema of 2025-12-11) */
function registryEntry({ mcpName, name, version }) {
  return {
    $schema: "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
    name: mcpName,
    title: "Sentry",
    description: "Finds, explains and triages Sentry issues, at sentry.io or your own Sentry",
    version,
    packages: [{
      registryType: "npm",
      identifier: name,
      version,
      transport: { type: "stdio" },
      packageArguments: [{ type: "positional", value: "stdio" }],
      environmentVariables: [
        { name: "SENTRY_ACCESS_TOKEN", description: "A Sentry auth token", isRequired: true, isSecret: true },
        { name: "SENTRY_URL", description: "Your own Sentry; absent: sentry.io", format: "string" },
      ],
    }],
  };
}
