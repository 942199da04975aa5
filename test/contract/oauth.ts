import { afterAll, beforeAll, describe } from "vitest";
import type { Runtime } from "../support/servers.ts";
import { discoveryCases } from "./oauth/a-discovery.ts";
import { registrationCases } from "./oauth/b-registration.ts";
import { authorizationCases } from "./oauth/c-authorization.ts";
import { type Cases, createCases, type Part } from "./oauth/cases.ts";
import { consentCases } from "./oauth/d-consent.ts";
import { cookieCases } from "./oauth/d-cookies.ts";
import { upstreamCases } from "./oauth/e-upstream.ts";
import { codeCases } from "./oauth/f-code.ts";
import { refreshCases } from "./oauth/g-refresh.ts";
import { grantsPageCases } from "./oauth/h-grants.ts";
import { revocationCases } from "./oauth/h-revocation.ts";
import { resourceCases } from "./oauth/i-resource.ts";
import { accessTokenCases } from "./oauth/i-tokens.ts";
import { cimdCases } from "./oauth/j-cimd.ts";
import { miscCases } from "./oauth/k-misc.ts";
import type { Target } from "./oauth/target.ts";

const SECTIONS: readonly [title: string, define: (cases: Cases) => void][] = [
  ["A: discovery", discoveryCases],
  ["B: registration", registrationCases],
  ["C: the authorization request", authorizationCases],
  ["D: consent", consentCases],
  ["D: cookies", cookieCases],
  ["E: the way over Sentry", upstreamCases],
  ["F: codes", codeCases],
  ["G: refresh", refreshCases],
  ["H: revocation", revocationCases],
  ["H: the page of grants", grantsPageCases],
  ["I: access tokens", accessTokenCases],
  ["I: the resource server", resourceCases],
  ["J: metadata documents", cimdCases],
  ["K: other doors and odd requests", miscCases],
];

/** The sign-in as an attacker, a client and a browser meet it: only HTTP is looked at, and a Sentry we program. */
export function oauthSuite(
  start: () => Promise<Target>,
  options: { readonly runtime: Runtime; readonly part: Part },
): void {
  let target: Target | undefined;
  beforeAll(async () => {
    target = await start();
  });
  afterAll(() => target?.stop());

  const started = () => {
    if (!target) throw new Error("The server under test did not start");
    return target;
  };
  for (const [title, define] of SECTIONS) {
    describe(title, () => define(createCases(started, options)));
  }
}
