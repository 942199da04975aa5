import { httpSuite } from "../contract/http.ts";

httpSuite("cloudflare");
