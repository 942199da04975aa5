import { createClient, createCluster } from "@redis/client";
import type { Log } from "../src/lib/log.ts";
import type { RedisSettings } from "../src/lib/store-settings.ts";
import type { RedisCommands } from "../src/store/redis.ts";

export interface OpenRedis {
  readonly commands: RedisCommands;
  readonly pubSub: {
    publish(topic: string, message: string): Promise<unknown>;
    /** @returns What unsubscribes. Survives a lost connection; what is published meanwhile is missed. */
    subscribe(topic: string, listener: (message: string) => void): Promise<() => Promise<void>>;
  };
  /** Hosts and ports, without credentials. */
  readonly where: string;
  close(): Promise<void>;
}

/** A command that could not be sent for so long is dropped: whoever asked has been told that it failed. */
const COMMAND_TIMEOUT_MS = 2500;
const CONNECT_TIMEOUT_MS = 2000;

/** A peer that says nothing for longer than two pings is gone, whatever TCP believes. */
const PING_EVERY_MS = 1000;
const SILENCE_MS = 3000;

const MAX_RECONNECT_DELAY_MS = 1000;

/** One server, or a cluster when there are several addresses. Resolves at once, whether Redis is there or not. */
export function openRedis(settings: RedisSettings, { log }: { log: Log }): OpenRedis {
  const where = settings.urls.map((url) => new URL(url).host).join(", ");
  return settings.urls.length === 1
    ? { ...openServer(settings, where, log), where }
    : { ...openCluster(settings, where, log), where };
}

type Connection = Omit<OpenRedis, "where">;

function openServer(settings: RedisSettings, where: string, log: Log): Connection {
  const client = createClient({ url: settings.urls[0], ...optionsOf(settings) });
  watchOutages(client, where, log);
  void client.connect().catch(() => undefined);
  let subscriber: ReturnType<typeof client.duplicate> | undefined;

  function openSubscriber() {
    subscriber = client.duplicate();
    // The first connection tells of outages.
    subscriber.on("error", () => undefined);
    void subscriber.connect().catch(() => undefined);
    return subscriber;
  }

  return {
    commands: {
      eval: (script, key, args) => client.sendCommand(["EVAL", script, "1", key, ...args]),
    },
    pubSub: {
      publish: (topic, message) => client.publish(topic, message),
      async subscribe(topic, listener) {
        const own = (message: string) => listener(message);
        await (subscriber ?? openSubscriber()).subscribe(topic, own);
        return async () => await subscriber?.unsubscribe(topic, own);
      },
    },
    async close() {
      subscriber?.destroy();
      client.destroy();
    },
  };
}

function openCluster(settings: RedisSettings, where: string, log: Log): Connection {
  const cluster = createCluster({
    rootNodes: settings.urls.map((url) => ({ url })),
    defaults: { ...optionsOf(settings), ...credentialsOf(settings) },
  });
  watchOutages(cluster, where, log);
  const closing = new AbortController();

  /** A cluster's client gives up when no root node answers; a server that starts before its Redis must not. */
  async function connect(): Promise<void> {
    for (let retries = 0; !closing.signal.aborted; retries++) {
      if (await cluster.connect().then(() => true, () => false)) return;
      await new Promise((resolve) => setTimeout(resolve, reconnectDelayMs(retries)));
    }
  }
  const connected = connect();

  return {
    commands: {
      async eval(script, key, args) {
        await connected;
        return cluster.sendCommand(key, false, ["EVAL", script, "1", key, ...args]);
      },
    },
    pubSub: {
      async publish(topic, message) {
        await connected;
        return cluster.publish(topic, message);
      },
      async subscribe(topic, listener) {
        await connected;
        const own = (message: string | Buffer) => listener(message.toString());
        await cluster.subscribe(topic, own);
        return () => cluster.unsubscribe(topic, own);
      },
    },
    async close() {
      closing.abort();
      cluster.destroy();
    },
  };
}

/** Nodes that the cluster names itself come without credentials. */
function credentialsOf({ urls: [first] }: RedisSettings) {
  const { username, password } = new URL(first);
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
  };
}

function optionsOf({ urls, rejectUnauthorized }: RedisSettings) {
  const socket = {
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_MS,
    reconnectStrategy: reconnectDelayMs,
  };
  return {
    socket: urls[0].startsWith("rediss:") ? { ...socket, tls: true as const, rejectUnauthorized } : socket,
    pingInterval: PING_EVERY_MS,
    commandOptions: { timeout: COMMAND_TIMEOUT_MS },
  };
}

/** Doubles, with jitter, so that a fleet does not come back all at once; never gives up. */
function reconnectDelayMs(retries: number): number {
  const delayMs = Math.min(20 * 2 ** Math.min(retries, 10), MAX_RECONNECT_DELAY_MS);
  return delayMs / 2 + Math.random() * delayMs / 2;
}

/** One line when it goes, one when it is back. */
function watchOutages(
  client: { on(event: "error" | "ready", listener: (error?: Error) => void): unknown },
  where: string,
  log: Log,
): void {
  let isLost = false;
  client.on("error", (error) => {
    if (!isLost) log.error("store.lost", { store: "redis", where, message: error?.message });
    isLost = true;
  });
  client.on("ready", () => {
    if (isLost) log.info("store.back", { store: "redis", where });
    isLost = false;
  });
}
