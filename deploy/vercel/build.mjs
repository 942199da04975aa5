// Writes Vercel's Build Output (v3) to .vercel/output: one edge function that answers everything.
// Then: vercel deploy --prebuilt
import { build } from "esbuild";
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const output = `${root}.vercel/output`;
const edgeFunction = `${output}/functions/index.func`;

await mkdir(edgeFunction, { recursive: true });
await build({
  entryPoints: [`${root}adapters/vercel.ts`],
  outfile: `${edgeFunction}/index.js`,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  conditions: ["edge-light", "worker", "browser"],
});
await writeFile(
  `${edgeFunction}/.vc-config.json`,
  JSON.stringify({ runtime: "edge", deploymentTarget: "v8-worker", entrypoint: "index.js" }),
);
await writeFile(
  `${output}/config.json`,
  JSON.stringify({ version: 3, routes: [{ src: "/(.*)", dest: "/index" }] }),
);
