import { oauthSuite } from "../contract/oauth.ts";
import { startTarget } from "./target.ts";

oauthSuite(() => startTarget("node", { short: true }), { runtime: "node", part: "whole" });
