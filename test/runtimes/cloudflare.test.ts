import { httpSuite } from "../contract/http.ts";
import { leavingSuite } from "../contract/leaving.ts";
import { sharedTokenSuite } from "../contract/shared-token.ts";

httpSuite("cloudflare");
sharedTokenSuite("cloudflare");
// On a socket of its own workerd is told by a reset; of one that was closed in order it hears when it writes.
leavingSuite("cloudflare", { farewell: "reset" });
