import { describe, expect, it } from "vitest";
import { accepts } from "../../src/mcp/accept.ts";

const asking = (accept?: string) =>
  new Request("https://x.test", { headers: accept === undefined ? {} : { accept } });

describe("Accept", () => {
  it.each<[header: string | undefined, json: boolean, stream: boolean]>([
    [undefined, true, true],
    ["application/json, text/event-stream", true, true],
    ["application/json", true, false],
    ["text/event-stream", false, true],
    ["*/*", true, true],
    ["application/*", true, false],
    ["text/*;q=0.3", false, true],
    ["Application/JSON ; charset=utf-8;q=0.5 ,TEXT/Event-Stream", true, true],
    ["text/event-stream;q=0, */*;q=0.1", true, false],
    ["application/json;q=0.0, text/event-stream;q=0.001", false, true],
    ["image/png, text/html", false, false],
    ["", false, false],
  ])("%j", (header, json, stream) => {
    expect([accepts(asking(header), "application/json"), accepts(asking(header), "text/event-stream")])
      .toEqual([json, stream]);
  });
});
