import { oauthSuite } from "../contract/oauth.ts";
import { startTarget } from "./target.ts";

oauthSuite(() => startTarget("node"), { runtime: "node", part: "whole" });
