import { html } from "hono/html";
import { type Html, layout } from "./layout.ts";

export interface ConsentPage {
  readonly clientName: string;
  readonly verifiedHost?: string;
  readonly redirectHost: string;
  readonly redirectUri: string;
  readonly redirectsToLoopback: boolean;
  readonly sentryHost: string;
  readonly constraint: { readonly organizationSlug?: string; readonly projectSlug?: string };
  readonly skills: readonly {
    readonly skill: {
      readonly id: string;
      readonly label: string;
      readonly reads: string;
      readonly writes?: string;
    };
    readonly checked: boolean;
    readonly extra: boolean;
  }[];
  readonly form: string;
}

/** Who asks, where the access goes, and what it may do. */
export function consentPage(page: ConsentPage): Html {
  const name = page.clientName || "An application without a name";
  return layout({
    title: `Connect ${name} to Sentry`,
    body: html`
      <h1>Connect <bdi>${name}</bdi> to Sentry?</h1>
      <dl>
        <dt>Application</dt>
        <dd><bdi>${name}</bdi> <small>${origin(page.verifiedHost)}</small></dd>
        <dt>Gets access at</dt>
        <dd><strong>${page.redirectHost}</strong><br><small>${page.redirectUri}</small></dd>
        <dt>Sentry</dt>
        <dd>${page.sentryHost}</dd>
        <dt>Limited to</dt>
        <dd>${reach(page.constraint)}</dd>
      </dl>
      ${page.redirectsToLoopback ? LOOPBACK_NOTE : ""}
      <form method="post" action="/oauth/authorize">
        <input type="hidden" name="form" value="${page.form}">
        <fieldset>
          <legend>It may use</legend>
          ${page.skills.map(({ skill, checked, extra }) =>
            html`
              <label>
                <input type="checkbox" name="skill" value="${skill.id}" ${checked ? "checked" : ""}>
                <span>${skill.label}${extra ? EXTRA : ""}
                  <small>Reads ${skill.reads}</small>
                  <small>${skill.writes
                    ? html`<strong>Changes</strong> ${skill.writes}`
                    : "Changes nothing"}</small>
                </span>
              </label>
            `
          )}
        </fieldset>
        <fieldset>
          <legend>Safety</legend>
          <label>
            <input type="checkbox" name="readonly" value="1">
            <span>Read only <small>Nothing can be changed, whatever is ticked above</small></span>
          </label>
        </fieldset>
        <div class="actions">
          <button class="primary" name="decision" value="approve">Approve and go on to Sentry</button>
          <button name="decision" value="deny">Deny</button>
        </div>
      </form>
      <p><small>Only approve what you have started yourself just now.</small></p>
      <footer>
        <p><a href="/grants">Applications that you have connected before</a></p>
      </footer>
    `,
  });
}

const EXTRA = html`
  <em>(the application asks for this)</em>
`;

const LOOPBACK_NOTE =
  html`<p class="note" role="note">The access goes to a program on this computer. Approve only if
  you have just started the sign-in there: any program here could be asking.</p>`;

/** Anybody may register any name; a document shows at least which host stands behind it. */
function origin(verifiedHost: string | undefined): Html {
  if (verifiedHost === undefined) return html`(unverified: it chose this name itself)`;
  return html`(verified: published by <strong>${verifiedHost}</strong>)`;
}

function reach({ organizationSlug, projectSlug }: ConsentPage["constraint"]): Html {
  if (organizationSlug === undefined) return html`Everything that your Sentry account reaches`;
  if (projectSlug === undefined) return html`Organization <strong>${organizationSlug}</strong>`;
  return html`Project <strong>${projectSlug}</strong> of organization <strong>${organizationSlug}</strong>`;
}
