import type { ContentfulStatusCode } from "hono/utils/http-status";

/** An answer other than success; the body is what Sentry sends with that status. */
export class ApiProblem extends Error {
  override name = "ApiProblem";
  readonly status: ContentfulStatusCode;
  readonly body: object;

  constructor(status: ContentfulStatusCode, detail: string | object) {
    super(`The sandbox answers ${status}`);
    this.status = status;
    this.body = typeof detail === "string" ? { detail } : detail;
  }
}

export function notFound(detail = "The requested resource does not exist"): ApiProblem {
  return new ApiProblem(404, detail);
}

export function forbidden(): ApiProblem {
  return new ApiProblem(403, "You do not have permission to perform this action.");
}

export function badRequest(detail: string | object): ApiProblem {
  return new ApiProblem(400, detail);
}
