/** A server on loopback that can misbehave. */

import { createHash } from "node:crypto";
import type { DataFile } from "../../src/fetch/mod.ts";

/** Requests to a server: `NAME` or `NAME from BYTE`. */
export type Log = readonly string[];

/** How a server behaves. */
export interface Behaviour {
  /** Ignores ranges. */
  readonly noRanges?: boolean;
  /** Breaks the connection after this many bytes of each response. */
  readonly breakAfter?: number;
  /** Stalls after this many bytes. */
  readonly stallAfter?: number;
  /** Sends content in ten pieces, this many ms apart. */
  readonly dripMs?: number;
  /** The status of all responses. */
  readonly status?: number;
  /** Redirects `/old/NAME` to `/NAME`. */
  readonly redirects?: boolean;
  /** Declares a .gz as a transport encoding, as some servers do. */
  readonly encoding?: string;
}

/** Serves files while `use` runs. */
export async function withServer(
  files: Readonly<Record<string, Uint8Array>>,
  behaviour: Behaviour,
  use: (address: string, log: Log) => Promise<void>,
): Promise<void> {
  const log: string[] = [];
  const stop = new AbortController();
  const server = Deno.serve(
    {
      port: 0,
      hostname: "127.0.0.1",
      onListen() {},
      onError: () => new Response(),
      signal: stop.signal,
    },
    (request) => answer(request, files, behaviour, log),
  );
  try {
    await use(`http://127.0.0.1:${server.addr.port}/`, log);
  } finally {
    stop.abort();
    await server.finished;
  }
}

function answer(
  request: Request,
  files: Readonly<Record<string, Uint8Array>>,
  behaviour: Behaviour,
  log: string[],
): Response {
  const { pathname } = new URL(request.url);
  const name = pathname.slice(pathname.lastIndexOf("/") + 1);
  if (behaviour.redirects && pathname.startsWith("/old/")) {
    return Response.redirect(new URL(`/${name}`, request.url), 302);
  }
  const range = /^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "")?.[1];
  log.push(range === undefined ? name : `${name} from ${range}`);
  const file = files[name];
  if (behaviour.status !== undefined) return new Response("no", { status: behaviour.status });
  if (file === undefined) return new Response("no such file", { status: 404 });
  const from = behaviour.noRanges ? 0 : Number(range ?? 0);
  if (from >= file.length && from > 0) {
    return new Response(null, {
      status: 416,
      headers: { "content-range": `bytes */${file.length}` },
    });
  }
  const { breakAfter, stallAfter, dripMs, encoding } = behaviour;
  const bytes = file.slice(from);
  const partial = from > 0;
  const headers: Record<string, string> = {
    "content-length": String(bytes.length),
    ...(partial && { "content-range": `bytes ${from}-${file.length - 1}/${file.length}` }),
    ...(encoding !== undefined && { "content-encoding": encoding }),
  };
  const sent = breakAfter ?? stallAfter;
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const body = dripMs === undefined && (sent === undefined || sent >= bytes.length)
    ? bytes
    : new ReadableStream<Uint8Array>({
      async start(controller) {
        if (sent === undefined) {
          const size = Math.ceil(bytes.length / 10);
          for (let at = 0; at < bytes.length; at += size) {
            controller.enqueue(bytes.slice(at, at + size));
            await pause(dripMs ?? 0);
          }
          return controller.close();
        }
        if (sent > 0) controller.enqueue(bytes.slice(0, sent));
        if (breakAfter === undefined) return;
        await pause(20); // so that what is sent arrives
        controller.error(new Error("broken on purpose"));
      },
    });
  return new Response(body, { status: partial ? 206 : 200, headers });
}

/** A file of a data set with this content. */
export function dataFile(
  name: string,
  content: Uint8Array,
  algorithm: DataFile["algorithm"] = "sha256",
): DataFile {
  const digest = createHash(algorithm).update(content).digest("hex");
  return { name, bytes: content.length, algorithm, digest };
}

/** Bytes without short repetitions. */
export function content(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * seed + (i >> 8) * 31 + (i >> 16)) & 255);
}
