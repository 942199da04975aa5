// Writes the published package to deploy/npm/dist, or to the folder that is named: the stdio server in one file, for
// Node 20 and newer, without dependencies. Then: npm publish deploy/npm/dist
import { build } from "esbuild";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { thirdPartyText } from "./third-party.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const output = resolve(process.argv[2] ?? `${root}deploy/npm/dist`);
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
