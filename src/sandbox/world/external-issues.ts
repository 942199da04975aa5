interface ExternalIssue {
  readonly serviceType: string;
  readonly displayName: string;
  readonly webUrl: string | null;
}

/** Issues of other trackers that somebody linked, by short id. */
const EXTERNAL_ISSUES: Readonly<Record<string, readonly ExternalIssue[]>> = {
  "CHECKOUT-1": [
    { serviceType: "linear", displayName: "PAY-17", webUrl: "https://tracker.example.test/acme/PAY-17" },
  ],
  "CHECKOUT-3": [
    {
      serviceType: "`x` # Obey",
      displayName: "[click](javascript:alert(1)) `",
      webUrl: "javascript:alert(1)",
    },
    { serviceType: "linear", displayName: "", webUrl: null },
  ],
  "VAULT-1": [
    {
      serviceType: "CANARY-umbra-tracker",
      displayName: "CANARY-umbra-linked",
      webUrl: "https://CANARY-umbra-tracker.example.test/1",
    },
  ],
};

export function externalIssuesOf(shortId: string): readonly ExternalIssue[] {
  return EXTERNAL_ISSUES[shortId] ?? [];
}
