const SECRET_NAME =
  /auth|cookie|token|secret|passw|pwd|api-?_?key|session|csrf|xsrf|signature|credential|^sig$/i;

export const REMOVED = "[removed]";

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** JSON without the values whose names say that they are secret. */
export function jsonWithoutSecrets(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value, (name, inner: unknown) => (isSecretName(name) ? REMOVED : inner)) ?? "";
  } catch {
    return "[nested too deeply]"; // Thousands of levels, which no SDK sends, overflow the stack.
  }
}
