/** A page that shows a running `watch`, for this machine alone. */

import type { JsonObject, LineWriter } from "../src/cli/mod.ts";
import type { Detector } from "../src/detection/mod.ts";
import { StrayError } from "../src/errors.ts";
import { formatNumber, type StreamedScore, streamFigure, visibleText } from "../src/figures/mod.ts";
import { encodePng, type Image } from "../src/images/mod.ts";
import { figureHtml, type WatchedImage, watchPage, type WatchState } from "../src/pages/mod.ts";
import { Signal } from "../src/signal.ts";
import { type InspectContext, type InspectedImage, inspectImages } from "./_inspected_images.ts";

const HOST = "127.0.0.1";
/** Images on the page. */
const SHOWN = 24;
/** Scores in the figure. */
const DRAWN = 300;
/** Images whose pictures are kept. */
const KEPT = 200;
/** Least time between two states, in ms. */
const INTERVAL_MS = 250;

const HEADERS = {
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/** Options of {@linkcode WatchServer}. */
export interface ServerOptions {
  /** The folder as the user gave it. */
  readonly folder: string;
  /** The port; 0 for any that is free. */
  readonly port: number;
  /** The model that makes pictures. */
  readonly detector: Detector;
  readonly context: InspectContext;
}

/** A server of one page, one stream of events and pictures, all below a random address. */
export class WatchServer {
  readonly #options: ServerOptions;
  readonly #token = crypto.getRandomValues(new Uint8Array(16)).toHex();
  readonly #change = new Signal();
  readonly #stop = new AbortController();
  readonly #paths = new Map<number, string>();
  readonly #pictures = new Map<number, Promise<InspectedImage | undefined>>();
  readonly #newest: WatchedImage[] = [];
  readonly #scores: StreamedScore[] = [];
  readonly #counts = { images: 0, anomalies: 0, failures: 0 };
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #kinds: readonly string[];
  #threshold: number | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * Starts it.
   *
   * @throws {StrayError} `denied` If the port cannot be had.
   */
  constructor(options: ServerOptions) {
    this.#options = options;
    const { port, detector } = options;
    this.#kinds = [
      "image",
      ...(detector.can("errors") ? ["reconstruction"] : []),
      ...(detector.can("errorMaps") ? ["heatmap"] : []),
    ];
    try {
      this.#server = Deno.serve(
        { hostname: HOST, port, onListen: () => {} },
        (request) => this.#answer(request),
      );
    } catch (cause) {
      const permission = cause instanceof Deno.errors.NotCapable;
      const reason = permission ? "the task watch has no network" : (cause as Error).message;
      throw new StrayError("denied", `Cannot serve port ${port} as ${reason}`, {
        hint: permission
          ? "deno task watch:serve is the same command, and may use this address"
          : "choose another --serve PORT, or none for any that is free",
        cause,
      });
    }
  }

  /** The address of the page. */
  get address(): string {
    return `http://${HOST}:${this.#server.addr.port}/${this.#token}/`;
  }

  /** A writer that shows the records on the page too. */
  tee(writer: LineWriter): LineWriter {
    const writeText = async (text: string) => {
      await writer.writeText(text);
      for (const line of text.split("\n")) if (line !== "") this.#add(JSON.parse(line));
    };
    return {
      writeText,
      write: (line) => writeText(`${line}\n`),
      writeBytes: (bytes) => writer.writeBytes(bytes),
      flush: () => writer.flush(),
    };
  }

  /** Ends it, and frees the model. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#change.notify();
    await this.#server.shutdown();
    await this.#turn.catch(() => {});
    this.#options.detector.dispose();
  }

  #add({ path, label, score, p, threshold, anomaly, error }: JsonObject): void {
    const number = ++this.#counts.images, failed = error !== undefined;
    if (failed) this.#counts.failures++;
    else {
      if (anomaly === true) this.#counts.anomalies++;
      this.#threshold = typeof threshold === "number" ? threshold : undefined;
      this.#scores.push({ number, score: score as number, anomaly: anomaly === true });
      if (this.#scores.length > DRAWN) this.#scores.shift();
    }
    this.#paths.set(number, path as string);
    this.#paths.delete(number - KEPT);
    this.#pictures.delete(number - KEPT);
    const words = failed ? [visibleText(`${(error as JsonObject)["message"]}`, 200)] : [
      ...(typeof label === "string" ? [`label ${visibleText(label, 40)}`] : []),
      `score ${formatNumber(score as number, 4)}`,
      `p ${formatNumber(p as number)}`,
      ...(anomaly === true ? ["anomaly"] : []),
    ];
    this.#newest.unshift({
      number,
      name: visibleText(this.#shorten(path as string), 60),
      caption: words.join(", "),
      state: failed ? "failed" : anomaly === true ? "anomaly" : "normal",
      pictures: failed ? [] : this.#kinds,
    });
    if (this.#newest.length > SHOWN) this.#newest.pop();
    this.#change.notify();
  }

  /** A path without the folder that all share. */
  #shorten(path: string): string {
    const { folder } = this.#options;
    return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
  }

  #state(): WatchState {
    const figure = this.#scores.length > 0
      ? figureHtml(streamFigure(this.#scores, this.#threshold))
      : "";
    return { ...this.#counts, newest: this.#newest, figure };
  }

  /** Answers a request; without the token, or from a page of another name, there is nothing. */
  async #answer(request: Request): Promise<Response> {
    const { pathname, host } = new URL(request.url);
    const [, token, name = "", picture = "", ...more] = pathname.split("/");
    const known = request.method === "GET" && token === this.#token && more.length === 0 &&
      host === `${HOST}:${this.#server.addr.port}`;
    if (known && picture === "") {
      if (name === "" && pathname.endsWith("/")) {
        return respond(watchPage(this.#options.folder), "text/html; charset=utf-8");
      }
      if (name === "events") return respond(this.#events(), "text/event-stream");
    }
    const image = known ? await this.#picture(Number(name), picture) : undefined;
    return image
      ? respond(await encodePng(image), "image/png")
      : new Response(null, { status: 404, headers: HEADERS });
  }

  /** States, when something has changed. */
  #events(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const encoder = new TextEncoder();
    let sent = -1, gone = false;
    return new ReadableStream({
      pull: async (controller) => {
        if (sent >= 0) await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
        while (sent === this.#counts.images && !this.#stop.signal.aborted && !gone) {
          await this.#change.wait();
        }
        if (gone) return;
        sent = this.#counts.images;
        controller.enqueue(encoder.encode(`data: ${JSON.stringify(this.#state())}\n\n`));
        if (this.#stop.signal.aborted) controller.close();
      },
      cancel: () => {
        gone = true;
        this.#change.notify();
      },
    }, { highWaterMark: 0 });
  }

  async #picture(number: number, name: string): Promise<Image | undefined> {
    const path = this.#paths.get(number);
    const kind = (["image", "reconstruction", "heatmap"] as const).find((kind) =>
      name === `${kind}.png`
    );
    if (path === undefined || !kind) return undefined;
    let pictures = this.#pictures.get(number);
    if (!pictures) {
      // One after the other: a detector computes one thing at a time.
      pictures = this.#turn.then(() => this.#inspect(path)).catch(() => undefined);
      this.#turn = pictures;
      this.#pictures.set(number, pictures);
    }
    return (await pictures)?.[kind];
  }

  async #inspect(path: string): Promise<InspectedImage | undefined> {
    const { detector, context } = this.#options;
    const wanted = { thumbnails: [], inspected: [0], latents: [], samples: [] };
    return (await inspectImages([path], wanted, detector, context)).images.get(0);
  }
}

function respond(body: BodyInit, type: string): Response {
  return new Response(body, { headers: { ...HEADERS, "content-type": type } });
}
