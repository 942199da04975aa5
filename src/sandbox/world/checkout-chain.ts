import { breadcrumbsEntry, exception, exceptionEntry, frame, requestEntry } from "./parts.ts";
import { errorIssue } from "./model.ts";
import type { Json } from "./model.ts";

/** The trace that CHECKOUT-1 happened in. */
export const CHECKOUT_TRACE = "7e577e577e577e577e577e577e577e57";

const SITE = "/srv/checkout/venv/lib/python3.12/site-packages";

const connect: Json = exception({
  type: "ConnectionRefusedError",
  value: "[Errno 111] Connection refused",
  module: "builtins",
  mechanism: { type: "chained", handled: false, exception_id: 2, parent_id: 1, source: "__cause__" },
  frames: [
    frame({
      file: "redis/connection.py",
      absPath: `${SITE}/redis/connection.py`,
      module: "redis.connection",
      name: "_connect",
      line: 730,
      inApp: false,
      code: {
        from: 728,
        text:
          "                sock.settimeout(self.socket_connect_timeout)\n\n                sock.connect(socket_address)\n                sock.settimeout(self.socket_timeout)\n                return sock",
      },
      vars: { socket_address: "('cart-cache.internal', 6379)", family: "<AddressFamily.AF_INET: 2>" },
    }),
  ],
});

const cache: Json = exception({
  type: "CartCacheUnavailable",
  value: "cart cache did not answer after 3 attempts",
  module: "checkout.cart.cache",
  mechanism: { type: "chained", handled: false, exception_id: 1, parent_id: 0, source: "__cause__" },
  frames: [
    frame({
      file: "checkout/cart/repository.py",
      absPath: "/srv/checkout/checkout/cart/repository.py",
      module: "checkout.cart.repository",
      name: "load_cart",
      line: 41,
      code: {
        from: 38,
        text:
          "def load_cart(cart_id: str, *, for_update: bool = False) -> Cart:\n    key = cart_key(cart_id)\n    started = monotonic()\n    raw = cache.fetch(key, attempts=3)\n    if raw is None:\n        raise CartMissing(cart_id)\n    return Cart.decode(raw)",
      },
      vars: { cart_id: "'c-20881'", for_update: "True", key: "'cart:c-20881'", started: "88121.402" },
    }),
    frame({
      file: "checkout/cart/cache.py",
      absPath: "/srv/checkout/checkout/cart/cache.py",
      module: "checkout.cart.cache",
      name: "fetch",
      line: 67,
      code: {
        from: 64,
        text:
          '            except OSError as error:\n                last_error = error\n                sleep(backoff(attempt))\n        raise CartCacheUnavailable(f"cart cache did not answer after {attempts} attempts") from last_error\n\n    def drop(self, key: str) -> None:',
      },
      vars: {
        attempt: "2",
        attempts: "3",
        key: "'cart:c-20881'",
        self: "<checkout.cart.cache.CartCache object>",
      },
    }),
  ],
});

const payment: Json = exception({
  type: "PaymentNotStarted",
  value: "cannot start payment for cart c-20881",
  module: "checkout.payments.errors",
  mechanism: { type: "django", handled: false, exception_id: 0 },
  frames: [
    frame({
      file: "django/core/handlers/exception.py",
      absPath: `${SITE}/django/core/handlers/exception.py`,
      module: "django.core.handlers.exception",
      name: "inner",
      line: 55,
      inApp: false,
      code: {
        from: 53,
        text:
          "        def inner(request):\n            try:\n                response = get_response(request)\n            except Exception as exc:\n                response = response_for_exception(request, exc)",
      },
    }),
    frame({
      file: "django/core/handlers/base.py",
      absPath: `${SITE}/django/core/handlers/base.py`,
      module: "django.core.handlers.base",
      name: "_get_response",
      line: 197,
      inApp: false,
    }),
    frame({
      file: "checkout/api/views.py",
      absPath: "/srv/checkout/checkout/api/views.py",
      module: "checkout.api.views",
      name: "post",
      line: 88,
      code: {
        from: 85,
        text:
          '    def post(self, request: Request, cart_id: str) -> Response:\n        shopper = request.user\n        method = PaymentMethod(request.data["method"])\n        payment = start_payment(cart_id, shopper, method)\n        return Response(payment.as_json(), status=201)',
      },
      vars: {
        cart_id: "'c-20881'",
        method: "<PaymentMethod.CARD: 'card'>",
        request: "<rest_framework.request.Request: POST '/api/carts/c-20881/payments'>",
        shopper: "<Shopper: s-7731>",
      },
    }),
    frame({
      file: "checkout/payments/start.py",
      absPath: "/srv/checkout/checkout/payments/start.py",
      module: "checkout.payments.start",
      name: "start_payment",
      line: 29,
      code: {
        from: 25,
        text:
          '    try:\n        cart = load_cart(cart_id, for_update=True)\n        total = cart.total(currency=shopper.currency)\n    except CartCacheUnavailable as error:\n        raise PaymentNotStarted(f"cannot start payment for cart {cart_id}") from error\n\n    return gateway.authorize(total, method)',
      },
      vars: {
        cart_id: "'c-20881'",
        method: "<PaymentMethod.CARD: 'card'>",
        retries: { cache: 3, gateway: 0 },
        shopper: { id: "s-7731", currency: "EUR", card_number: "[Filtered]" },
      },
    }),
  ],
});

export const CHECKOUT_CHAIN = errorIssue({
  number: 1,
  project: "checkout",
  platform: "python",
  culprit: "/api/carts/{cart_id}/payments",
  metadata: {
    type: "PaymentNotStarted",
    value: "cannot start payment for cart c-20881",
    filename: "checkout/payments/start.py",
    function: "start_payment",
  },
  priority: "high",
  substatus: "escalating",
  assignee: "team:2002",
  firstSeenHoursAgo: 24 * 9,
  lastSeenHoursAgo: 0.5,
  count: 1843,
  userCount: 412,
  firstRelease: "checkout@1.8.1",
  lastRelease: "checkout@1.9.0",
  tags: [
    ["browser", [["Firefox 131.0", 902], ["Chrome 130.0", 741], ["Safari 18.0", 200]]],
    ["browser.name", [["Firefox", 902], ["Chrome", 741], ["Safari", 200]]],
    ["environment", [["production", 1790], ["staging", 53]]],
    ["handled", [["no", 1843]]],
    ["level", [["error", 1843]]],
    ["os.name", [["Ubuntu", 1843]]],
    ["payment.method", [["card", 1500], ["invoice", 343]]],
    ["release", [["checkout@1.9.0", 1610], ["checkout@1.8.1", 233]]],
    ["runtime.name", [["CPython", 1843]]],
    ["server_name", [["checkout-7", 640], ["checkout-3", 603], ["checkout-1", 600]]],
    ["transaction", [["/api/carts/{cart_id}/payments", 1843]]],
    ["user", [["id:s-7731", 12], ["id:s-1204", 9]]],
  ],
  notes: [{ login: "niko", text: "The cache moved to a new host on Monday; looks related.", hoursAgo: 20 }],
  event: {
    location: "checkout/payments/start.py",
    contexts: {
      browser: { type: "browser", name: "Firefox", version: "131.0" },
      os: { type: "os", name: "Ubuntu", version: "24.04", kernel_version: "6.8.0-45-generic" },
      runtime: { type: "runtime", name: "CPython", version: "3.12.6", build: "3.12.6 (main)" },
      trace: {
        type: "trace",
        trace_id: CHECKOUT_TRACE,
        span_id: "aa00000000000003",
        parent_span_id: "aa00000000000002",
        op: "http.server",
        status: "internal_error",
        sampled: true,
      },
    },
    extra: { "cart.items": 4, "feature.fast_payment": true, "sys.argv": ["gunicorn", "checkout.wsgi"] },
    user: {
      id: "s-7731",
      email: "shopper@example.test",
      username: "shopper-7731",
      ip_address: "203.0.113.9",
      name: null,
      geo: { country_code: "SE", city: "Uppsala", region: "Sweden" },
    },
    sdk: { name: "sentry.python.django", version: "2.17.0" },
    entries: (atMs) => [
      exceptionEntry([connect, cache, payment]),
      breadcrumbsEntry(atMs, [
        {
          secondsBefore: 4.2,
          category: "query",
          message: "SELECT id, currency FROM shopper WHERE id = %s",
          data: { "db.system": "postgresql" },
        },
        { secondsBefore: 3.9, category: "cart", message: "cart c-20881 opened with 4 items" },
        {
          secondsBefore: 2.8,
          category: "redis",
          level: "warning",
          message: "GET cart:c-20881 failed, attempt 1 of 3",
        },
        {
          secondsBefore: 1.7,
          category: "redis",
          level: "warning",
          message: "GET cart:c-20881 failed, attempt 2 of 3",
        },
        {
          secondsBefore: 0.3,
          category: "redis",
          level: "error",
          message: "GET cart:c-20881 failed, attempt 3 of 3",
        },
        {
          secondsBefore: 0.1,
          category: "httplib",
          type: "http",
          data: { method: "POST", url: "https://risk.example.test/score", status_code: 200 },
        },
      ]),
      requestEntry({
        method: "POST",
        url: "https://shop.example.test/api/carts/c-20881/payments",
        query: [["locale", "sv"]],
        headers: [
          ["Accept", "application/json"],
          ["Authorization", "Bearer shopper-session-must-not-be-shown"],
          ["Content-Type", "application/json"],
          ["Cookie", "session=cookie-must-not-be-shown; theme=dark"],
          ["User-Agent", "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"],
        ],
        cookies: [["session", "cookie-must-not-be-shown"], ["theme", "dark"]],
        body: { method: "card", save: false },
        env: { SERVER_NAME: "checkout-7", SERVER_PORT: "8000" },
      }),
    ],
  },
});
