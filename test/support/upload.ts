import { request } from "node:http";

/**
 * Uploads piece by piece until the server answers, as it may before it has read everything; a plain `fetch` would
 * fail on the connection that such a server closes.
 *
 * @returns The status.
 */
export function upload(
  url: string,
  options: { bytes: number; chunked: boolean; headers: Record<string, string> },
) {
  const { bytes, chunked, headers } = options;
  const piece = Buffer.alloc(64 * 1024, "x");
  return new Promise<number | undefined>((resolve, reject) => {
    let sent = 0;
    let answered = false;
    const length: Record<string, string> = chunked
      ? { "transfer-encoding": "chunked" }
      : { "content-length": String(bytes) };
    const upload = request(url, { method: "POST", headers: { ...headers, ...length } }, (response) => {
      answered = true;
      response.resume();
      resolve(response.statusCode);
      upload.destroy();
    });
    upload.on("error", (error) => {
      if (!answered) reject(error);
    });
    const next = () => {
      if (answered) return;
      if (sent >= bytes) return void upload.end();
      const part = piece.subarray(0, Math.min(piece.length, bytes - sent));
      sent += part.length;
      // Paced, and a turn of the loop later: an early answer is read before a write meets the closed connection.
      upload.write(part, () => setTimeout(() => setImmediate(next), 5));
    };
    next();
  });
}
