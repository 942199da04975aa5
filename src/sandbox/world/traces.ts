import { CHECKOUT_TRACE } from "./checkout-chain.ts";
import type { Json } from "./model.ts";
import { AWKWARD_SPANS, LARGE_SPANS } from "./spans-generated.ts";

export interface SpanSeed {
  readonly id: string;
  readonly project: string;
  readonly op: string;
  readonly description: string;
  readonly startsAfterMs: number;
  readonly durationMs: number;
  readonly isTransaction?: boolean;
  /** Event ids. */
  readonly errors?: readonly string[];
  readonly children?: readonly SpanSeed[];
  /** Where the parent is another than the span it stands in, or is not there. */
  readonly parentId?: string;
  /** What `/trace-items/` adds to the span's own members. */
  readonly attributes?: Json;
  /** What is sent in place of members. */
  readonly overrides?: Json;
}

interface TraceSeed {
  readonly id: string;
  readonly organization: string;
  readonly hoursAgo: number;
  readonly spans: readonly SpanSeed[];
}

export const TRACES: readonly TraceSeed[] = [
  {
    id: CHECKOUT_TRACE,
    organization: "acme",
    hoursAgo: 0.5,
    spans: [
      {
        id: "aa00000000000001",
        project: "storefront",
        op: "ui.action.click",
        description: "Pay",
        startsAfterMs: 0,
        durationMs: 4900,
        isTransaction: true,
        children: [
          {
            id: "aa00000000000002",
            project: "storefront",
            op: "http.client",
            description: "POST /api/carts/c-20881/payments",
            startsAfterMs: 40,
            durationMs: 4700,
            children: [
              {
                id: "aa00000000000003",
                project: "checkout",
                op: "http.server",
                description: "/api/carts/{cart_id}/payments",
                startsAfterMs: 90,
                durationMs: 4600,
                isTransaction: true,
                errors: ["50010001500100015001000150010001"],
                children: [
                  {
                    id: "aa00000000000004",
                    project: "checkout",
                    op: "db",
                    description: "SELECT id, currency FROM shopper WHERE id = %s",
                    startsAfterMs: 120,
                    durationMs: 8,
                  },
                  {
                    id: "aa00000000000005",
                    project: "checkout",
                    op: "cache.get",
                    description: "cart:c-20881",
                    startsAfterMs: 140,
                    durationMs: 600,
                  },
                  ...Array.from({ length: 40 }, (_, index) => ({
                    id: `ab${String(index + 1).padStart(14, "0")}`,
                    project: "checkout",
                    op: "db",
                    description: `SELECT price, stock FROM article WHERE id = ${7000 + index}`,
                    startsAfterMs: 760 + index * 20,
                    durationMs: 12 + (index % 5),
                    attributes: { "db.system": "postgresql", "db.operation": "SELECT" },
                  })),
                  {
                    id: "aa00000000000006",
                    project: "checkout",
                    op: "http.client",
                    description: "POST https://psp.example.test/v2/charges",
                    startsAfterMs: 1600,
                    durationMs: 2950,
                    attributes: {
                      "http.request.method": "POST",
                      "http.response.status_code": 504,
                      "http.request.header.authorization": "Bearer psp-live-key",
                      "span.status": "deadline_exceeded",
                    },
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  },
  {
    id: "51".repeat(16),
    organization: "acme",
    hoursAgo: 3,
    spans: [{
      id: "ac00000000000001",
      project: "storefront",
      op: "pageload",
      description: "/",
      startsAfterMs: 0,
      durationMs: 812.5,
      isTransaction: true,
    }],
  },
  {
    id: "3a".repeat(16),
    organization: "acme",
    hoursAgo: 2,
    spans: [{
      id: "ad00000000000001",
      project: "mobile",
      op: "ui.load",
      description: "OrderActivity, mobile only",
      startsAfterMs: 0,
      durationMs: 1500,
      isTransaction: true,
      errors: ["60010001600100016001000160010001"],
      children: [{
        id: "ad00000000000002",
        project: "checkout",
        op: "http.server",
        description: "/api/orders, checkout only",
        startsAfterMs: 100,
        durationMs: 900,
        isTransaction: true,
        // An error of another project hangs on this span.
        errors: ["40010001400100014001000140010001"],
        children: [{
          id: "ad00000000000003",
          project: "storefront",
          op: "ssr.render",
          description: "OrderList, storefront only",
          startsAfterMs: 200,
          durationMs: 400,
          children: [{
            id: "ad00000000000004",
            project: "checkout",
            op: "db",
            description: "SELECT id FROM orders, checkout only",
            startsAfterMs: 250,
            durationMs: 30,
          }],
        }],
      }],
    }],
  },
  { id: "20".repeat(16), organization: "acme", hoursAgo: 4, spans: LARGE_SPANS },
  { id: "0d".repeat(16), organization: "acme", hoursAgo: 5, spans: AWKWARD_SPANS },
  {
    id: "0b5c".repeat(8),
    organization: "umbra",
    hoursAgo: 1,
    spans: [
      {
        id: "ff00000000000001",
        project: "vault",
        op: "CANARY-umbra-op",
        description: "CANARY-umbra-span",
        startsAfterMs: 0,
        durationMs: 10,
        isTransaction: true,
        errors: ["80010001800100018001000180010001"],
      },
    ],
  },
];
