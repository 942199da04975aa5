import { type Picture, PICTURE_KEY } from "../picture.ts";
import { applyContext } from "./appearance.ts";
import { html, show } from "./elements.ts";
import { connect, type Fields, type Host, isFields } from "./host.ts";

/** A page that waits for the picture in a tool's result, and then shows what `draw` makes of it. */
export function picturePage<Kind extends Picture["kind"]>(
  kind: Kind,
  draw: (picture: Extract<Picture, { kind: Kind }>, host: Host) => readonly HTMLElement[],
): void {
  const say = (text: string) => show(html("p", { class: "soft", role: "status" }, text));
  say("Waiting for Sentry…");
  connect({
    name: kind,
    onContext: applyContext,
    onResult(result, host) {
      const picture = pictureIn(result);
      if (!picture || picture.kind !== kind) {
        return say("There is nothing to draw: see the text of the answer.");
      }
      // The server of this page made it, and `kind` says which it is.
      show(...draw(picture as unknown as Extract<Picture, { kind: Kind }>, host));
    },
    onCancelled: () => say("The call was cancelled."),
  });
}

function pictureIn({ _meta }: Fields): Fields | undefined {
  const picture = isFields(_meta) ? _meta[PICTURE_KEY] : undefined;
  return isFields(picture) ? picture : undefined;
}

/** Leads to Sentry where the host opens links. */
export function sentryButton(host: Host, url: string): HTMLElement | undefined {
  if (!host.opensLinks) return undefined;
  const button = html("button", { type: "button", class: "link" }, "Open in Sentry");
  button.addEventListener("click", () => host.open(url));
  return button;
}
