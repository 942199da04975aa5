import { oauthSuite } from "../contract/oauth.ts";
import { startTarget } from "./target.ts";

const part = process.env.SOAK ? "whole" : "platform";

oauthSuite(() => startTarget("deno"), { runtime: "deno", part });
