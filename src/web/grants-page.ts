import { html } from "hono/html";
import { type Html, layout } from "./layout.ts";

export interface GrantsPage {
  /** The user's id at Sentry. */
  readonly user: string;
  readonly sentryHost: string;
  readonly formToken: string;
  /** How many were just revoked. */
  readonly revoked: number;
  readonly grants: readonly {
    readonly grantId: string;
    readonly clientName: string;
    readonly redirectHost: string;
    /** Labels. */
    readonly skills: readonly string[];
    readonly readOnly: boolean;
    readonly constraint: { readonly organizationSlug?: string; readonly projectSlug?: string };
    readonly createdAtMs: number;
    readonly refreshedAtMs?: number;
  }[];
}

const TITLE = "Connected applications";

/** Before anything is shown: who is there? */
export function grantsSignInPage({ sentryHost }: { sentryHost: string }): Html {
  return layout({
    title: TITLE,
    body: html`
      <h1>${TITLE}</h1>
      <p>See which applications you have connected to Sentry through this server, and end what you do not use
        any more. To know who you are, this page sends you to <strong>${sentryHost}</strong>; nothing is kept of that
        sign-in but a cookie, for 15 minutes.</p>
      <form method="post" action="/grants/sign-in">
        <div class="actions"><button class="primary">Sign in with Sentry</button></div>
      </form>
    `,
  });
}

/** What the user has connected, with a way to end each. */
export function grantsPage(page: GrantsPage): Html {
  return layout({
    title: TITLE,
    body: html`
      <h1>${TITLE}</h1>
      ${page.revoked > 0 ? html`<p class="note" role="status">${revokedText(page.revoked)}</p>` : ""}
      <p>You are signed in as Sentry user ${page.user}.</p>
      ${page.grants.length === 0 ? html`<p>No application is connected.</p>` : connected(page)}
      <form method="post" action="/grants/sign-out">
        <input type="hidden" name="form" value="${page.formToken}">
        <div class="actions"><button>Sign out</button></div>
      </form>
    `,
  });
}

const revokedText = (count: number): string =>
  count === 1 ? "The connection was revoked." : `${count} connections were revoked.`;

function connected({ grants, formToken, sentryHost }: GrantsPage): Html {
  return html`
    ${grants.map((grant, at) => section(grant, { formToken, headingId: `grant-${at + 1}` }))}
    <h2>Revoking</h2>
    <p>An application that you revoke is locked out here at once. The token that it works with at ${sentryHost} is kept
      encrypted so that only the application itself can unlock it: it is revoked at Sentry the next time the
      application calls this server.</p>
    <form method="post" action="/grants/revoke">
      <input type="hidden" name="form" value="${formToken}">
      <div class="actions"><button name="all" value="1">Revoke all</button></div>
    </form>
  `;
}

function section(
  grant: GrantsPage["grants"][number],
  { formToken, headingId }: { formToken: string; headingId: string },
): Html {
  const name = grant.clientName || "An application without a name";
  return html`
    <section aria-labelledby="${headingId}">
      <h2 id="${headingId}"><bdi>${name}</bdi></h2>
      <dl>
        <dt>Gets access at</dt>
        <dd>${grant.redirectHost}</dd>
        <dt>May use</dt>
        <dd>${grant.skills.join(", ")}${grant.readOnly ? " (read only)" : ""}</dd>
        <dt>Limited to</dt>
        <dd>${reach(grant.constraint)}</dd>
        <dt>Connected</dt>
        <dd>${time(grant.createdAtMs)}</dd>
        <dt>Last refreshed</dt>
        <dd>${grant.refreshedAtMs === undefined
          ? "Not yet: the application has not finished its sign-in"
          : time(grant.refreshedAtMs)}</dd>
      </dl>
      <form method="post" action="/grants/revoke">
        <input type="hidden" name="form" value="${formToken}">
        <button name="grant" value="${grant.grantId}">Revoke <bdi>${name}</bdi></button>
      </form>
    </section>
  `;
}

function reach({ organizationSlug, projectSlug }: GrantsPage["grants"][number]["constraint"]): string {
  if (organizationSlug === undefined) return "Nothing: all that your Sentry account reaches";
  return projectSlug === undefined
    ? `Organization ${organizationSlug}`
    : `Project ${projectSlug} of organization ${organizationSlug}`;
}

/** In UTC: without a script the page does not know where its reader is. */
function time(atMs: number): Html {
  const iso = new Date(atMs).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`;
}
