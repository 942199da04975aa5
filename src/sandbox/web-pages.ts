import { html } from "hono/html";
import { PEOPLE } from "./world/directory.ts";

type Html = ReturnType<typeof html>;

const STYLE =
  `body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem;color:#1d1127}
fieldset{border:1px solid #cbc3d3;border-radius:6px;margin:1rem 0}label{display:block;padding:.25rem 0}
button{font:inherit;padding:.5rem 1.25rem;margin-right:.5rem;border-radius:6px;border:1px solid #6a5f78;background:#fff}
button[value=approve]{background:#4e2a9a;border-color:#4e2a9a;color:#fff}small{color:#6a5f78}`;

function page(title: string, body: Html): Html {
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>${title}</title>
        <style>${STYLE}</style>
      </head>
      <body>
    <h1>${title}</h1>
    ${body}
    <p><small>This is the sandbox Sentry: made-up organizations, no passwords.</small></p>
      </body>
    </html>
  `;
}

/** Posts to its own address, so it needs no hidden fields and no JavaScript. */
export function approvePage(
  options: { scopes: readonly string[]; redirectHost: string; login: string },
): Html {
  const people = PEOPLE.filter(({ canSignIn }) => canSignIn);
  return page(
    "Approve access",
    html`<p>The application <strong>sandbox-client</strong> asks for access to your Sentry account. The answer goes to <strong>${options.redirectHost}</strong>.</p>
<form method="post">
<fieldset><legend>Who are you?</legend>
${
      people.map(({ login, name, organizations }) =>
        html`
          <label><input type="radio" name="user" value="${login}" ${login === options.login
            ? "checked"
            : ""} required> ${name} <small>member of ${organizations.join(", ")}</small></label>
        `
      )
    }</fieldset>
<fieldset><legend>What it may do</legend>
<ul>${options.scopes.map((scope) => html`<li><code>${scope}</code></li>`)}</ul>
</fieldset>
<button name="op" value="approve">Approve</button><button name="op" value="deny">Deny</button>
</form>`,
  );
}

export function problemPage(text: string): Html {
  return page("This request cannot be approved", html`<p>${text}</p>`);
}

export function noticePage(): Html {
  return page(
    "Only the API lives here",
    html`<p>Sentry would show this issue or organization. The sandbox has its data, for your MCP client to read, but no pages for it.</p>`,
  );
}
