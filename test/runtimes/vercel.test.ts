import { httpSuite } from "../contract/http.ts";
import { sharedTokenSuite } from "../contract/shared-token.ts";

httpSuite("vercel");
sharedTokenSuite("vercel");
