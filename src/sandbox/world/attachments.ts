import { toBytes } from "../../lib/crypto.ts";
import type { Bytes } from "../../lib/crypto.ts";

export interface Attachment {
  readonly name: string;
  /** As SDKs name them: `event.attachment`, `event.minidump`, `event.view_hierarchy`. */
  readonly type: string;
  readonly mimetype: string | null;
  readonly size: number;
  readonly sha1: string | null;
  /** Built when it is asked for: the biggest has 5 MB. */
  content(): Bytes;
}

const MEGABYTE = 1024 * 1024;

/** A chequered picture of 24 by 16 pixels. */
const PICTURE =
  "iVBORw0KGgoAAAANSUhEUgAAABgAAAAQCAIAAACDRijCAAAAJ0lEQVR42mO48/A1HGnYVMARqeIMw9ggSjQjiw9ng0bT0Wg6ooJBAO99ox/4La7YAAAAAElFTkSuQmCC";

const screenshot: Attachment = {
  name: "screenshot.png",
  type: "event.attachment",
  mimetype: "image/png",
  size: 96,
  sha1: "9dad78ffafc16b8ecb1979115b1aa446618e8d54",
  content: () => Uint8Array.from(atob(PICTURE), (character) => character.charCodeAt(0)),
};

/** The format's magic and version, then zeros: enough to be told apart, nothing to walk through. */
const minidump: Attachment = {
  name: "upload_file_minidump",
  type: "event.minidump",
  mimetype: "application/x-dmp",
  size: 65_536,
  sha1: null,
  content: () => binary(65_536, [0x4d, 0x44, 0x4d, 0x50, 0x93, 0xa7, 0x00, 0x00]),
};

const recording: Attachment = {
  name: "sensor recording.bin",
  type: "event.attachment",
  mimetype: "application/octet-stream",
  size: 5 * MEGABYTE,
  sha1: null,
  content: () => binary(5 * MEGABYTE, [0xff, 0xfe, 0x00, 0x80]),
};

const viewHierarchy = text(
  "view-hierarchy.json",
  "application/json",
  () => JSON.stringify({ rendering_system: "compose", windows: [{ type: "MainActivity", visible: true }] }),
  "event.view_hierarchy",
);

function log(name: string, say: string): Attachment {
  return text(
    name,
    "text/plain",
    () =>
      Array.from({ length: 400 }, (_, line) => `12:00:${String(line % 60).padStart(2, "0")} ${say} ${line}`)
        .join("\n"),
  );
}

function text(
  name: string,
  mimetype: string | null,
  write: () => string,
  type = "event.attachment",
): Attachment {
  const content = () => toBytes(write());
  return { name, type, mimetype, size: content().length, sha1: null, content };
}

function binary(size: number, start: readonly number[]): Bytes {
  const bytes = new Uint8Array(size);
  bytes.set(start);
  return bytes;
}

/** Of the newest event of an issue, by short id. */
const ATTACHMENTS: Readonly<Record<string, () => readonly Attachment[]>> = {
  "STOREFRONT-13": () => [screenshot],
  "MOBILE-1": () => [screenshot, log("logcat.txt", "D/Layout: measured row"), viewHierarchy],
  "MOBILE-11": () => [
    minidump,
    recording,
    log("scanner/ü log.txt", "scanner: row"),
    text("notes", null, () => "no type was sent with this one"),
    text("page.html", "text/html", () => "<script>alert('attachment')</script>"),
    text("empty.txt", "text/plain", () => ""),
  ],
  "VAULT-1":
    () => [text("CANARY-umbra-attachment.txt", "text/plain", () => "CANARY-umbra-attachment-content")],
};

/** By name, as Sentry lists them. */
export function attachmentsOf(shortId: string): Attachment[] {
  const found = ATTACHMENTS[shortId]?.() ?? [];
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
