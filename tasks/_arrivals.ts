/** Image files that arrive in a folder: each once, and whole. */

import { StrayError } from "../src/errors.ts";
import { hasImageExtension } from "../src/images/mod.ts";
import { Signal } from "../src/signal.ts";

/** A file that has arrived. */
export interface Arrival {
  /** Its name, as the user gave the folder. */
  readonly path: string;
  /** The name of the folder's subfolder that it is in. */
  readonly label?: string;
}

/** Options of {@linkcode Arrivals}. */
export interface ArrivalsOptions {
  /** The folder's absolute path. */
  readonly root: string;
  /** The folder as the user gave it. */
  readonly folder: string;
  /** Names that have arrived before. */
  readonly seen: Set<string>;
  /** Called once if the system gives no notice of changes. */
  readonly onTrouble: (message: string) => void;
  /** Time in which a file must not change, in ms. @default {700} */
  readonly settleMs?: number;
  /** Time between looks at the whole folder, in ms. @default {5000} */
  readonly scanMs?: number;
}

/** A file that may still be written. */
interface Pending {
  /** The time of the next look, in ms. */
  readonly due: number;
  /** Size and time of the last change at the last look. */
  readonly state: string;
}

/** Time between looks at files that are due, in ms. */
const TICK_MS = 100;
/** Files that are looked at side by side. */
const TOGETHER = 64;
/** A look at the folder takes at most this share of the time. */
const SCAN_SHARE = 20;

/**
 * Waits for files in a folder and the folders in it.
 *
 * A file counts once its size and time have not changed for a while. The system's notices make it prompt;
 * looks at the whole folder find what notices miss, as after a burst or on a network's disk. Hidden files and
 * those without the name of an image are left alone, and empty files until something is written to them.
 */
export class Arrivals {
  readonly #options: Required<ArrivalsOptions>;
  readonly #pending = new Map<string, Pending>();
  readonly #ready: Arrival[] = [];
  readonly #change = new Signal();
  readonly #stop = new AbortController();
  #watcher: Deno.FsWatcher | undefined;
  #error: unknown;

  /** @param options The folder, and names that are known. */
  constructor(options: ArrivalsOptions) {
    this.#options = { settleMs: 700, scanMs: 5000, ...options };
  }

  /** Starts looking; errors are thrown by `next`. */
  start(): void {
    for (const work of [this.#listen(), this.#look(), this.#scan()]) {
      work.catch((error) => {
        this.#error ??= error;
        this.#change.notify();
      });
    }
  }

  /** The next file; undefined after `close`. */
  async next(): Promise<Arrival | undefined> {
    while (this.#ready.length === 0) {
      if (this.#stop.signal.aborted) return undefined;
      if (this.#error !== undefined) throw this.#error;
      await this.#change.wait();
    }
    return this.#ready.shift();
  }

  /** The files as NDJSON records, which `score -` reads. */
  stream(): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    return new ReadableStream({
      pull: async (controller) => {
        const arrival = await this.next();
        if (arrival) controller.enqueue(encoder.encode(`${JSON.stringify(arrival)}\n`));
        else controller.close();
      },
      cancel: () => this.close(),
    }, { highWaterMark: 0 });
  }

  /** Stops looking. */
  close(): void {
    this.#stop.abort();
    try {
      this.#watcher?.close();
    } catch {
      // It has ended.
    }
    this.#change.notify();
  }

  async #listen(): Promise<void> {
    const { root, onTrouble } = this.#options;
    try {
      this.#watcher = Deno.watchFs(await Deno.realPath(root));
    } catch (error) {
      onTrouble(`the system gives no notice of new files: ${(error as Error).message}`);
      return;
    }
    const real = `${await Deno.realPath(root)}/`;
    for await (const { paths } of this.#watcher) {
      for (const path of paths) if (path.startsWith(real)) this.#note(path.slice(real.length));
    }
  }

  /** Looks at files that may be whole by now. */
  async #look(): Promise<void> {
    while (await this.#pause(TICK_MS)) {
      const now = performance.now(), due: string[] = [];
      // In order of the time at which they are due.
      for (const [name, pending] of this.#pending) {
        if (pending.due > now) break;
        due.push(name);
      }
      for (let start = 0; start < due.length; start += TOGETHER) {
        await Promise.all(due.slice(start, start + TOGETHER).map((name) => this.#check(name)));
      }
    }
  }

  async #check(name: string): Promise<void> {
    const { root, settleMs } = this.#options;
    const info = await Deno.stat(`${root}/${name}`).catch(() => undefined);
    const before = this.#pending.get(name);
    if (!before) return;
    this.#pending.delete(name);
    if (!info?.isFile) return;
    const state = `${info.size} ${info.mtime?.getTime()}`;
    if (state !== before.state || info.size === 0) {
      this.#pending.set(name, { due: performance.now() + settleMs, state });
      return;
    }
    const path = this.#pathOf(name);
    if (this.#options.seen.has(path)) return;
    this.#options.seen.add(path);
    const label = name.includes("/") ? name.slice(0, name.indexOf("/")) : undefined;
    this.#ready.push({ path, ...label !== undefined && { label } });
    this.#change.notify();
  }

  /** Finds files of which there was no notice. */
  async #scan(): Promise<void> {
    const { folder, root, scanMs } = this.#options;
    do {
      const began = performance.now();
      try {
        await this.#walk("");
      } catch (cause) {
        const reason = cause instanceof Deno.errors.NotFound
          ? "there is no such folder"
          : (cause as Error).message;
        throw new StrayError("not_found", `Cannot watch "${folder}" as ${reason}`, {
          hint: root === folder ? undefined : `it is ${root}`,
          cause,
        });
      }
      const took = performance.now() - began;
      await this.#pause(Math.max(scanMs, SCAN_SHARE * took) - scanMs);
    } while (await this.#pause(scanMs));
  }

  async #walk(within: string): Promise<void> {
    for await (const { name, isDirectory } of Deno.readDir(`${this.#options.root}/${within}`)) {
      if (this.#stop.signal.aborted) return;
      if (name.startsWith(".")) continue;
      if (!isDirectory) this.#note(within + name);
      else {
        await this.#walk(`${within}${name}/`).catch((error) => {
          // A subfolder may have gone, or be another user's.
          if (!(error instanceof Error)) throw error;
        });
      }
    }
  }

  /** Takes note of a file that has come or changed. */
  #note(name: string): void {
    if (!hasImageExtension(name) || name.split("/").some((part) => part.startsWith("."))) return;
    if (this.#options.seen.has(this.#pathOf(name)) || this.#pending.has(name)) return;
    this.#pending.set(name, { due: performance.now() + TICK_MS, state: "" });
  }

  #pathOf(name: string): string {
    const { folder } = this.#options;
    return folder.endsWith("/") ? folder + name : `${folder}/${name}`;
  }

  /** Waits; false once closed. */
  async #pause(ms: number): Promise<boolean> {
    if (this.#stop.signal.aborted) return false;
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(over.resolve, ms);
    this.#stop.signal.addEventListener("abort", () => over.resolve(), { once: true });
    await over.promise;
    clearTimeout(timer);
    return !this.#stop.signal.aborted;
  }
}
