import { httpSuite } from "../contract/http.ts";
import { sharedTokenSuite } from "../contract/shared-token.ts";

httpSuite("deno");
sharedTokenSuite("deno");
