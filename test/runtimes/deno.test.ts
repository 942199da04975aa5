import { httpSuite } from "../contract/http.ts";
import { leavingSuite } from "../contract/leaving.ts";
import { sharedTokenSuite } from "../contract/shared-token.ts";

httpSuite("deno");
sharedTokenSuite("deno");
leavingSuite("deno");
