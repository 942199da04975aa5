import { errorIssue } from "./model.ts";
import { breadcrumbsEntry, exception, exceptionEntry, frame } from "./parts.ts";

export const STOLLEN_PANIC = errorIssue({
  number: 1,
  project: "stollen",
  platform: "go",
  culprit: "shaft.(*Lift).Lower",
  level: "fatal",
  priority: "high",
  assignee: "team:2011",
  metadata: {
    type: "runtime.boundsError",
    value: "index out of range [9] with length 9",
    filename: "shaft/lift.go",
    function: "(*Lift).Lower",
  },
  firstSeenHoursAgo: 24 * 4,
  lastSeenHoursAgo: 6,
  count: 41,
  userCount: 5,
  firstRelease: "stollen@0.5.0",
  lastRelease: "stollen@0.5.0",
  tags: [
    ["environment", [["production", 41]]],
    ["level", [["fatal", 41]]],
    ["release", [["stollen@0.5.0", 41]]],
  ],
  event: {
    contexts: {
      os: { type: "os", name: "linux" },
      runtime: { type: "runtime", name: "go", version: "go1.23.2" },
      trace: { type: "trace", trace_id: "70117011701170117011701170117011", span_id: "ee00000000000001" },
    },
    user: { id: "shift-3", email: null, username: "shift-3", ip_address: null, name: null },
    sdk: { name: "sentry.go", version: "0.29.0" },
    entries: (atMs) => [
      exceptionEntry([
        exception({
          type: "runtime.boundsError",
          value: "index out of range [9] with length 9",
          mechanism: { type: "panic", handled: false },
          frames: [
            frame({
              file: "net/http/server.go",
              module: "net/http",
              name: "(*conn).serve",
              line: 2092,
              inApp: false,
            }),
            frame({ file: "shaft/handler.go", module: "bergwerk/shaft", name: "serveOrder", line: 54 }),
            frame({
              file: "shaft/lift.go",
              module: "bergwerk/shaft",
              name: "(*Lift).Lower",
              line: 118,
              code: {
                from: 116,
                text:
                  "func (l *Lift) Lower(to int) error {\n\tl.mu.Lock()\n\tlevel := l.levels[to]\n\tl.mu.Unlock()",
              },
              vars: { to: 9 },
            }),
          ],
        }),
      ]),
      breadcrumbsEntry(atMs, [{ secondsBefore: 2, category: "order", message: "lower lift A to 9" }]),
    ],
  },
});
