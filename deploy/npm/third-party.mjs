import { readdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";

const PACKAGE = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/;
/** What a package was bundled from before it was published, as its bundler notes it. */
const VENDORED = /^\/\/#region \S*node_modules\/((?:@[^/\s]+\/)?[^/\s]+)/gm;

/**
 * The licences of everything that a bundle holds, of what its packages had bundled themselves, too.
 *
 * @throws When one has no licence text: then the bundle may not be published.
 */
export async function thirdPartyText({ root, metafile }) {
  const [bundle] = Object.values(metafile.outputs);
  const files = Object.entries(bundle.inputs).filter(([file, { bytesInOutput }]) =>
    bytesInOutput > 0 && PACKAGE.test(file)
  ).map(([file]) => file);
  const folders = new Set();
  for (const file of files) {
    folders.add(resolve(root, PACKAGE.exec(file)[0]));
    const text = await readFile(resolve(root, file), "utf8");
    for (const [, name] of text.matchAll(VENDORED)) folders.add(resolve(root, "node_modules", name));
  }
  const entries = await Promise.all([...folders].toSorted((a, b) => a.localeCompare(b)).map(licenceOf));
  return `This package contains the following, under these licences.\n\n${entries.join("\n\n")}\n`;
}

async function licenceOf(folder) {
  const { name, version } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
  const file = (await readdir(folder)).find((file) => /^licen[cs]e/i.test(file));
  if (!file) throw new Error(`${folder} has no licence text: add it, or leave the package out`);
  const text = await readFile(`${folder}/${file}`, "utf8");
  return `${"-".repeat(80)}\n${name} ${version}\n${"-".repeat(80)}\n${text.trim()}`;
}
