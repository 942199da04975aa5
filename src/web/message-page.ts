import { html } from "hono/html";
import { type Html, layout } from "./layout.ts";

export interface MessagePage {
  readonly title: string;
  readonly text: string;
  readonly link?: { readonly href: string; readonly label: string };
}

/** One thing that a person has to know, and at most one way on. */
export function messagePage({ title, text, link }: MessagePage): Html {
  return layout({
    title,
    body: html`
      <h1>${title}</h1>
      <p>${text}.</p>
      ${link ? html`<p><a href="${link.href}" rel="noreferrer">${link.label}</a></p>` : ""}
    `,
  });
}
