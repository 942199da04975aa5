import { html } from "./elements.ts";
import { picturePage } from "./picture-page.ts";

picturePage("issue-frequency", (picture) => [html("h1", {}, picture.issue)]);
