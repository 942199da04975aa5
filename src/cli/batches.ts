import type { JSONRPCMessage } from "@modelcontextprotocol/server";

type RequestId = string | number;

interface Batch {
  readonly missing: Set<RequestId>;
  readonly answers: JSONRPCMessage[];
}

/** Requests that came together are answered together (JSON-RPC 2.0 §6; in MCP only 2025-03-26). */
export interface Batches {
  begin(ids: readonly RequestId[]): void;
  /**
   * Takes the answer to a request of a batch, or none where it was cancelled.
   *
   * @returns The answers of the batch when this was the last; undefined when the request is of no batch.
   */
  settle(id: RequestId, answer?: JSONRPCMessage): readonly JSONRPCMessage[] | "incomplete" | undefined;
}

export function createBatches(): Batches {
  const open = new Map<RequestId, Batch>();
  return {
    begin(ids) {
      const batch = { missing: new Set(ids), answers: [] };
      for (const id of ids) open.set(id, batch);
    },

    settle(id, answer) {
      const batch = open.get(id);
      if (!batch) return undefined;
      open.delete(id);
      batch.missing.delete(id);
      if (answer) batch.answers.push(answer);
      return batch.missing.size === 0 ? batch.answers : "incomplete";
    },
  };
}
