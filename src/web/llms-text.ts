import { SKILLS } from "../lib/skills.ts";
import type { Snippet } from "./snippets.ts";

interface About {
  readonly name: string;
  readonly version: string;
  readonly mcpUrl: string;
  /** Where HTTP+SSE is served. */
  readonly sseUrl?: string;
  readonly snippets: readonly Snippet[];
  readonly tools: readonly { readonly name: string; readonly description: string }[];
}

/**
 * What this server is, for a language model that was given its address.
 *
 * @see https://llmstxt.org
 */
export function llmsText({ name, version, mcpUrl, sseUrl, snippets, tools }: About): string {
  const clients = snippets.map(({ client, where, text }) =>
    `### ${client}\n\n${where}\n\n\`\`\`\n${text}\n\`\`\``
  );
  const skills = SKILLS.map(({ id, label, reads, writes }) =>
    `- \`${id}\`: ${label}. Reads ${reads}${writes ? `; changes ${writes}` : ""}`
  );
  const olderClients = sseUrl ? ` Clients that know nothing newer than HTTP+SSE connect to ${sseUrl}.` : "";
  return `# ${name}

> A Model Context Protocol (MCP) server for Sentry, version ${version}: assistants find, explain and triage errors, slow
> requests and crashes. The endpoint is ${mcpUrl} (Streamable HTTP); a person signs in with their Sentry account.

${mcpUrl}/<organization> and ${mcpUrl}/<organization>/<project> keep a session inside that organization or project.
\`?toolset=full\` lists every tool instead of the usual few.${olderClients}

## Connecting

${clients.join("\n\n")}

## Skills

What a person grants at sign-in:

${skills.join("\n")}

## Tools

${tools.map((tool) => `- \`${tool.name}\`: ${tool.description}`).join("\n")}
`;
}
