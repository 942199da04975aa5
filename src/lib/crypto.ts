/**
 * The only importer of oslo. Its deprecated or faulty parts (cookies, origin checks, JWT, passwords) stay out;
 * what it lacks, sealing and cached keys, is in `seal.ts`.
 */
import { constantTimeEqual, sha256 as digest } from "oslo/crypto";
import { base64url, decodeHex, encodeHex } from "oslo/encoding";
import { generateCodeVerifier, generateState } from "oslo/oauth2";

/** Bytes that own their buffer, as WebCrypto wants them. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const toBytes = (text: string): Bytes => encoder.encode(text);
export const toText = (bytes: Uint8Array): string => decoder.decode(bytes);

export function concatBytes(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

export const toBase64url = (bytes: Uint8Array): string => base64url.encode(bytes, { includePadding: false });

/** With padding. By pieces, because a call takes a limited number of arguments. */
export function toBase64(bytes: Uint8Array): string {
  const piece = 0x8000;
  let binary = "";
  for (let at = 0; at < bytes.length; at += piece) {
    binary += String.fromCharCode(...bytes.subarray(at, at + piece));
  }
  return btoa(binary);
}

/**
 * Undefined for anything but the one canonical spelling: unused bits and padding would give a second text to the
 * same token, and what caches or compares texts would see two tokens.
 */
export function fromBase64url(text: string): Bytes | undefined {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(base64url.decode(text, { strict: false }));
  return toBase64url(bytes.subarray(bytes.length - (bytes.length % 3 || 3))) ===
      text.slice(-(text.length % 4 || 4))
    ? bytes
    : undefined;
}

export const toHex = (bytes: Uint8Array): string => encodeHex(bytes);
export const fromHex = (hex: string): Bytes => new Uint8Array(decodeHex(hex));

export async function sha256(data: string | Bytes): Promise<Bytes> {
  return new Uint8Array(await digest(typeof data === "string" ? toBytes(data) : data));
}

/** A short, stable name for a text that must not be stored or logged itself: 128 bits of its SHA-256. */
export async function fingerprint(text: string): Promise<string> {
  return toBase64url((await sha256(text)).subarray(0, 16));
}

/** Compares without telling by its duration where two secrets differ. Lengths are not secret. */
export function equalSecrets(a: string | Bytes, b: string | Bytes): boolean {
  return constantTimeEqual(typeof a === "string" ? toBytes(a) : a, typeof b === "string" ? toBytes(b) : b);
}

export const randomBytes = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));

/** 256 random bits as 43 URL-safe characters: cookie values, nonces, `state`. */
export const randomToken = (): string => generateState();

/** A PKCE verifier and its S256 challenge. @see RFC 7636 §4.1, §4.2 */
export async function createPkce(): Promise<{ verifier: string; challenge: string }> {
  const verifier = generateCodeVerifier();
  return { verifier, challenge: await challengeOf(verifier) };
}

export async function challengeOf(verifier: string): Promise<string> {
  return toBase64url(await sha256(verifier));
}
