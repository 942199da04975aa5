/**
 * Stands in for the v1 SDK's `types.js` (`wrangler.jsonc`, alias), of which `@hono/mcp` needs this much: the v2 SDK,
 * which is in the bundle anyway, has the same guards. Saves 3 KB.
 */
import {
  isJSONRPCErrorResponse,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
} from "@modelcontextprotocol/server";

export {
  DEFAULT_NEGOTIATED_PROTOCOL_VERSION,
  isInitializeRequest,
  isJSONRPCErrorResponse,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/server";

/** JSON-RPC 2.0 §5.1, and the v1 SDK's own -32000 and -32001. */
export const ErrorCode = {
  ConnectionClosed: -32000,
  RequestTimeout: -32001,
  ParseError: -32700,
  InvalidRequest: -32600,
};

const GUARDS = [isJSONRPCRequest, isJSONRPCNotification, isJSONRPCResultResponse, isJSONRPCErrorResponse];

export const JSONRPCMessageSchema = {
  parse(message: unknown): JSONRPCMessage {
    if (GUARDS.some((guard) => guard(message))) return message as JSONRPCMessage; // one of the guards said so
    throw new TypeError("Expected a JSON-RPC message");
  },
};
