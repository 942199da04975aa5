import { chainedIssue } from "./chain.ts";
import type { ChainSeed } from "./chain.ts";
import type { IssueSeed } from "./model.ts";

const CHAINS: readonly ChainSeed[] = [
  {
    number: 14,
    project: "storefront",
    platform: "javascript",
    sdk: "sentry.javascript.nextjs",
    runtime: ["node", "v22.11.0"],
    release: "storefront@2.4.1",
    lastSeenHoursAgo: 33,
    count: 28,
    links: [
      ["PageLoadError", "", "the article page could not be built", "generic", [
        ["node:internal/process/task_queues", "", "process.processTicksAndRejections", 105, false],
        [
          "app/article/page.tsx",
          "app/article/page",
          "ArticlePage",
          31,
          true,
          "const article = await loadArticle(id);",
        ],
        [
          "app/article/load.ts",
          "app/article/load",
          "loadArticle",
          18,
          true,
          "throw new PageLoadError(TEXT, { cause });",
        ],
      ]],
      ["AggregateError", "", "2 of 3 sources failed", "cause", [
        ["app/article/load.ts", "app/article/load", "any", 12, true, "await Promise.any(sources.map(ask))"],
      ]],
      ["TypeError", "", "fetch failed", "errors[0]", [
        ["node:internal/deps/undici/undici", "", "fetch", 13392, false],
        ["app/article/stock.ts", "app/article/stock", "ask", 9, true, "return await fetch(STOCK_URL + id);"],
      ]],
      ["Error", "", "getaddrinfo ENOTFOUND stock.internal", "cause", []],
      ["SyntaxError", "", "Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON", "errors[1]", [
        ["app/article/price.ts", "app/article/price", "ask", 14, true, "return JSON.parse(text);"],
      ]],
    ],
  },
  {
    number: 20,
    project: "checkout",
    platform: "python",
    sdk: "sentry.python.celery",
    runtime: ["CPython", "3.13.0"],
    release: "checkout@1.9.0",
    lastSeenHoursAgo: 38,
    count: 24,
    links: [
      ["ExceptionGroup", "builtins", "3 parcels were not announced (2 sub-exceptions)", "celery", [
        [
          "celery/app/trace.py",
          "celery.app.trace",
          "trace_task",
          453,
          false,
          "                    R = retval = fun(*args, **kwargs)",
        ],
        [
          "parcels/announce.py",
          "parcels.announce",
          "announce_all",
          27,
          true,
          "    async with asyncio.TaskGroup() as group:",
        ],
      ]],
      ["TimeoutError", "builtins", "", "exceptions[0]", [
        [
          "parcels/announce.py",
          "parcels.announce",
          "announce",
          14,
          true,
          "    async with asyncio.timeout(5):",
        ],
      ]],
      ["KeyError", "builtins", "'postcode'", "exceptions[1]", [
        [
          "parcels/address.py",
          "parcels.address",
          "label_of",
          8,
          true,
          "    return f\"{address['street']}, {address['postcode']}\"",
        ],
      ]],
      ["AddressIncomplete", "parcels.address", "address 12 has no postcode", "__context__", []],
    ],
  },
  {
    number: 17,
    project: "checkout",
    platform: "ruby",
    sdk: "sentry.ruby.rails",
    runtime: ["ruby", "ruby 3.3.6"],
    release: "checkout@1.9.0",
    lastSeenHoursAgo: 35,
    count: 19,
    links: [
      ["Vouchers::RedeemError", "Vouchers", "voucher 17 cannot be redeemed twice", "rack", [
        ["action_controller/metal.rb", "", "dispatch", 227, false],
        [
          "app/controllers/vouchers_controller.rb",
          "",
          "redeem",
          23,
          true,
          "    Vouchers::Redeem.call(params.require(:code))",
        ],
        [
          "app/services/vouchers/redeem.rb",
          "",
          "rescue in call",
          14,
          true,
          '      raise RedeemError, "voucher #{id} cannot be redeemed twice"',
        ],
      ]],
      [
        "ActiveRecord::RecordNotUnique",
        "ActiveRecord",
        "PG::UniqueViolation: duplicate key value",
        "chained",
        [
          ["active_record/connection_adapters/postgresql_adapter.rb", "", "exec_no_cache", 894, false],
          [
            "app/services/vouchers/redeem.rb",
            "",
            "call",
            11,
            true,
            "      Redemption.create!(voucher: voucher, cart: cart)",
          ],
        ],
      ],
      [
        "PG::UniqueViolation",
        "PG",
        'ERROR:  duplicate key value violates unique constraint "redemptions_once"',
        "chained",
        [],
      ],
    ],
  },
  {
    number: 18,
    project: "checkout",
    platform: "php",
    sdk: "sentry.php.laravel",
    runtime: ["php", "8.3.14"],
    release: "checkout@1.9.0",
    lastSeenHoursAgo: 36,
    count: 47,
    links: [
      ["App\\Invoices\\InvoiceNotRendered", "", "Invoice 2026/0211 was not rendered", "generic", [
        [
          "/vendor/laravel/framework/src/Illuminate/Routing/Controller.php",
          "",
          "Illuminate\\Routing\\Controller::callAction",
          54,
          false,
        ],
        [
          "/app/Http/Controllers/InvoiceController.php",
          "",
          "App\\Http\\Controllers\\InvoiceController::show",
          38,
          true,
          "        return $this->renderer->render($invoice);",
        ],
        [
          "/app/Invoices/Renderer.php",
          "",
          "App\\Invoices\\Renderer::render",
          61,
          true,
          "            throw new InvoiceNotRendered($invoice, previous: $error);",
        ],
      ]],
      ["ErrorException", "", 'Warning: Undefined array key "vat"', "chained", [
        [
          "/app/Invoices/Renderer.php",
          "",
          "App\\Invoices\\Renderer::{closure}",
          57,
          true,
          "            fn ($line) => $line['net'] * $line['vat'],",
        ],
      ]],
    ],
  },
];

/** The way the SDKs of JavaScript, Python, Ruby and PHP send exceptions that caused one another. */
export const SCRIPT_CHAINS: readonly IssueSeed[] = CHAINS.map(chainedIssue);
