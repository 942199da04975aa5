export interface Cookie {
  readonly name: string;
  readonly value: string;
  /** Lower-case names; a flag has the value "". */
  readonly attributes: ReadonlyMap<string, string>;
}

/** One browser's cookies for the server under test, with the attributes that they came with. */
export interface Jar {
  readonly cookies: ReadonlyMap<string, Cookie>;
  keep(setCookieLines: readonly string[]): void;
  /** For a browser that lost a cookie, or one that somebody changed. */
  drop(name: string): void;
  put(name: string, value: string): void;
  /** The `Cookie` header; undefined while empty. */
  header(): string | undefined;
}

export function createJar(): Jar {
  const cookies = new Map<string, Cookie>();
  return {
    cookies,
    keep(lines) {
      for (const cookie of lines.map(parseSetCookie)) {
        if (cookie.attributes.get("max-age") === "0") cookies.delete(cookie.name);
        else cookies.set(cookie.name, cookie);
      }
    },
    drop: (name) => void cookies.delete(name),
    put: (name, value) => void cookies.set(name, { name, value, attributes: new Map() }),
    header() {
      if (cookies.size === 0) return undefined;
      return [...cookies.values()].map(({ name, value }) => `${name}=${value}`).join("; ");
    },
  };
}

function parseSetCookie(line: string): Cookie {
  const [pair = "", ...rest] = line.split(";");
  const at = pair.indexOf("=");
  const attributes = new Map(rest.map((part) => {
    const [name = "", value = ""] = part.trim().split("=");
    return [name.toLowerCase(), value];
  }));
  return { name: pair.slice(0, at).trim(), value: pair.slice(at + 1).trim(), attributes };
}
