import { httpSuite } from "../contract/http.ts";
import { leavingSuite } from "../contract/leaving.ts";
import { sharedTokenSuite } from "../contract/shared-token.ts";

httpSuite("vercel");
sharedTokenSuite("vercel");
leavingSuite("vercel", { toldWaiting: false, toldStreaming: "with a write", cancels: false });
