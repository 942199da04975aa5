import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** The one style sheet of all pages, inline; the Content-Security-Policy allows exactly these bytes. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1f1633; --soft: #5f5873; --paper: #fff; --line: #d6d0e1; --accent: #5b3fb0;
  --on-accent: #fff; --note: #fdf3d3; --note-ink: #4a3a05; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f0ecf7; --soft: #b3a9c7; --paper: #1a1426; --line: #453b5c; --accent: #a891f5; --on-accent: #1a1426;
    --note: #3b3112; --note-ink: #fbecb5; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
h2 { font-size: 1.1rem; margin: 1.75rem 0 0.5rem; }
h1, h2, p, li, dd, button { overflow-wrap: anywhere; }
a { color: var(--accent); }
code, pre { font: 0.9rem/1.4 ui-monospace, monospace; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid var(--line); border-radius: 0.5rem; }
dl { margin: 1rem 0; display: grid; gap: 0.25rem 1rem; grid-template-columns: auto 1fr; }
dt { color: var(--soft); }
dd { margin: 0; }
small, footer { color: var(--soft); }
fieldset { margin: 1.25rem 0; padding: 0.5rem 1rem; border: 1px solid var(--line); border-radius: 0.5rem; }
label { display: flex; gap: 0.75rem; padding: 0.6rem 0; }
label small { display: block; }
input[type="checkbox"] { width: 1.25rem; height: 1.25rem; margin: 0.1rem 0 0; flex: none; accent-color: var(--accent); }
button { min-height: 2.75rem; padding: 0.5rem 1.5rem; border: 1px solid var(--accent); border-radius: 0.5rem;
  background: transparent; color: var(--accent); font: inherit; font-weight: 600; cursor: pointer; }
button.primary { background: var(--accent); color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.actions { display: flex; flex-wrap: wrap; gap: 0.75rem; margin: 1.5rem 0; }
.note { margin: 1rem 0; padding: 0.75rem 1rem; border-radius: 0.5rem; background: var(--note); color: var(--note-ink); }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: 0.5rem; } .actions button { flex: 1 1 100%; } }
`;

/** The frame of every page. No script, nothing from elsewhere. */
export function layout(page: { title: string; body: Html }): Html {
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>${page.title}</title>
        <style>${raw(STYLE)}</style>
      </head>
      <body>
        <main>${page.body}</main>
      </body>
    </html>
  `;
}
