import { concatBytes, fromHex, toBytes, toHex, toText } from "./crypto.ts";

const RUN = /[0-9a-f]{64}/g;
const RUN_BYTES = 32;
/** Stands for a run; JSON and tokens never hold it. */
const MARK = "\x01";

/**
 * A short text of ours as bytes, with each 64 digits of hex, as Sentry's OAuth tokens are, in half their length:
 * `number of runs 1 | runs 32 each | the rest, with a mark in the place of each run`.
 */
export function packHexRuns(text: string): Uint8Array<ArrayBuffer> {
  const runs = text.match(RUN) ?? [];
  return concatBytes(Uint8Array.of(runs.length), fromHex(runs.join("")), toBytes(text.replaceAll(RUN, MARK)));
}

/** @param bytes As `packHexRuns` made them. */
export function unpackHexRuns(bytes: Uint8Array): string {
  const restAt = 1 + (bytes[0] ?? 0) * RUN_BYTES;
  let at = 1;
  return toText(bytes.subarray(restAt)).replaceAll(MARK, () => toHex(bytes.subarray(at, at += RUN_BYTES)));
}
