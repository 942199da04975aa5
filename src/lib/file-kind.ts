export type FileKind =
  | { readonly kind: "image"; readonly mimeType: string }
  | { readonly kind: "text"; readonly text: string }
  /** In words. */
  | { readonly kind: "other"; readonly what: string };

type Mark = readonly [mark: string, what: string];

/** Pictures that a model can look at, by the bytes that each begins with. */
const IMAGES: readonly Mark[] = [
  ["\x89PNG\r\n\x1a\n", "image/png"],
  ["\xff\xd8\xff", "image/jpeg"],
  ["GIF87a", "image/gif"],
  ["GIF89a", "image/gif"],
];

const OTHERS: readonly Mark[] = [
  ["MDMP", "a minidump of a crashed process"],
  ["\x7fELF", "an ELF program or core dump"],
  ["PK\x03\x04", "a ZIP archive"],
  ["\x1f\x8b", "gzip data"],
  ["(\xb5/\xfd", "Zstandard data"],
  ["%PDF-", "a PDF document"],
  ["SQLite format 3\0", "an SQLite database"],
  ["BM", "a bitmap image"],
];

/**
 * What a file is by its first bytes, whatever its name or sender says.
 *
 * @param bytes May end in the middle of a character.
 */
export function kindOfFile(bytes: Uint8Array): FileKind {
  const start = Array.from(bytes.subarray(0, 16), (byte) => String.fromCharCode(byte)).join("");
  const mimeType = start.startsWith("RIFF") && start.startsWith("WEBP", 8)
    ? "image/webp"
    : IMAGES.find(([mark]) => start.startsWith(mark))?.[1];
  if (mimeType) return { kind: "image", mimeType };
  const text = readText(bytes);
  if (text !== undefined) return { kind: "text", text };
  return { kind: "other", what: OTHERS.find(([mark]) => start.startsWith(mark))?.[1] ?? "binary data" };
}

/** Undefined when it is not UTF-8, or has control characters that no text has. */
function readText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    return /[\0-\x06\x0e-\x1a\x1c-\x1f]/.test(text) ? undefined : text;
  } catch {
    return undefined; // Not UTF-8.
  }
}
