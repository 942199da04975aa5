// `npm run gen`: writes the generated files; with `--check` it only says which are not current.
import { readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { DOCUMENTS_FILE, documentsSource } from "./apps.ts";
import { CATALOG_FILE, catalogSource } from "./catalog.ts";

const files = [[DOCUMENTS_FILE, await documentsSource()], [CATALOG_FILE, catalogSource()]] as const;
for (const [file, source] of files) {
  if (!process.argv.includes("--check")) writeFileSync(file, source);
  else if (readFileSync(file, "utf8") !== source) {
    console.error(`${relative(process.cwd(), file)} is not current: npm run gen`);
    process.exitCode = 1;
  }
}
