/** Headless Chromium, driven by the DevTools protocol over a WebSocket. */

const PROGRAMS = ["chromium", "chromium-browser", "google-chrome"];

/** The path of Chromium; undefined where it is not installed. */
export function findChromium(): string | undefined {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    for (const name of PROGRAMS) {
      try {
        if (Deno.statSync(`${folder}/${name}`).isFile) return `${folder}/${name}`;
      } catch {
        // The next one.
      }
    }
  }
  return undefined;
}

/** Registers a test that skips, with its reason in its name, where there is no Chromium. */
export function chromiumTest(name: string, test: (browser: Chromium) => Promise<void>): void {
  const path = findChromium();
  Deno.test({
    name: path ? name : `${name} (skipped: there is no chromium)`,
    ignore: path === undefined,
    fn: async () => {
      const browser = await Chromium.start(path!);
      try {
        await test(browser);
      } finally {
        await browser.close();
      }
    },
  });
}

type Result = Record<string, unknown>;

/** A browser. */
export class Chromium {
  readonly #process: Deno.ChildProcess;
  readonly #socket: WebSocket;
  readonly #folder: string;
  readonly #waiting = new Map<number, PromiseWithResolvers<Result>>();
  readonly #listeners = new Set<
    (message: { method: string; sessionId?: string; params: Result }) => void
  >();
  #last = 0;

  private constructor(process: Deno.ChildProcess, socket: WebSocket, folder: string) {
    this.#process = process;
    this.#socket = socket;
    this.#folder = folder;
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.id === undefined) return this.#listeners.forEach((listener) => listener(message));
      const { resolve, reject } = this.#waiting.get(message.id)!;
      this.#waiting.delete(message.id);
      if (message.error) reject(new Error(message.error.message));
      else resolve(message.result);
    };
  }

  /** Starts it with a profile of its own. */
  static async start(path: string): Promise<Chromium> {
    const folder = await Deno.makeTempDir({ prefix: "stray-chromium" });
    const process = new Deno.Command(path, {
      args: [
        ...["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"],
        ...["--no-first-run", "--disable-extensions", `--user-data-dir=${folder}`, "about:blank"],
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const address = await findAddress(process.stderr);
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) =>
      Object.assign(socket, { onopen: resolve, onerror: reject })
    );
    return new Chromium(process, socket, folder);
  }

  /** Sends a command. */
  send(method: string, params: Result = {}, sessionId?: string): Promise<Result> {
    const id = ++this.#last, waiting = Promise.withResolvers<Result>();
    this.#waiting.set(id, waiting);
    this.#socket.send(JSON.stringify({ id, method, params, ...sessionId && { sessionId } }));
    return waiting.promise;
  }

  /** Calls a function with every event. */
  listen(
    listener: (message: { method: string; sessionId?: string; params: Result }) => void,
  ): void {
    this.#listeners.add(listener);
  }

  /** Opens a page, and waits until it is loaded. */
  async open(
    url: string,
    { width = 1200, height = 900, dark = false }: {
      readonly width?: number;
      readonly height?: number;
      readonly dark?: boolean;
    } = {},
  ): Promise<Page> {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, sessionId as string);
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await page.send(`${domain}.enable`);
    await page.send("Emulation.setDeviceMetricsOverride", {
      ...{ width, height, deviceScaleFactor: 1, mobile: width < 600 },
    });
    await page.send("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }],
    });
    await page.load(url);
    return page;
  }

  /** Ends it and removes its profile. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.onclose = resolve);
    await this.send("Browser.close").catch(() => {});
    await closed;
    await this.#process.status;
    await Deno.remove(this.#folder, { recursive: true }).catch(() => {});
  }
}

/** A page. */
export class Page {
  readonly #browser: Chromium;
  readonly #session: string;
  /** Errors and warnings of the console, of the script and of the policy. */
  readonly troubles: string[] = [];
  /** Addresses that the page asked for, besides its own. */
  readonly requests: string[] = [];
  #loaded: PromiseWithResolvers<void> | undefined;

  /** Listens to a session. */
  constructor(browser: Chromium, session: string) {
    this.#browser = browser;
    this.#session = session;
    browser.listen(({ method, sessionId, params }) => {
      if (sessionId !== session) return;
      if (method === "Page.loadEventFired") this.#loaded?.resolve();
      if (method === "Runtime.exceptionThrown" || method === "Runtime.consoleAPICalled") {
        this.troubles.push(JSON.stringify(params));
      }
      if (method === "Log.entryAdded") this.troubles.push(JSON.stringify(params["entry"]));
      if (method === "Network.requestWillBeSent") {
        const { url } = params["request"] as { readonly url: string };
        if (!url.startsWith("data:")) this.requests.push(url);
      }
    });
  }

  /** Sends a command to the page. */
  send(method: string, params: Result = {}): Promise<Result> {
    return this.#browser.send(method, params, this.#session);
  }

  /** Goes to an address. */
  async load(url: string): Promise<void> {
    this.#loaded = Promise.withResolvers();
    await this.send("Page.navigate", { url });
    await this.#loaded.promise;
  }

  /** The value of an expression of JavaScript; promises are awaited. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
      ...{ expression, returnByValue: true, awaitPromise: true },
    });
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { readonly value: T }).value;
  }

  /** Waits until an expression is true. */
  async until(expression: string, seconds = 20): Promise<void> {
    for (let i = 0; i < 20 * seconds; i++) {
      if (await this.evaluate<boolean>(`Boolean(${expression})`)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`never true: ${expression}`);
  }

  /** A picture of the page from its top; by default of the whole page. */
  async screenshot(height?: number): Promise<Uint8Array<ArrayBuffer>> {
    const size = "({ width: innerWidth, height: document.documentElement.scrollHeight })";
    const whole = await this.evaluate<{ width: number; height: number }>(size);
    const clip = { ...whole, ...height !== undefined && { height }, x: 0, y: 0, scale: 1 };
    const { data } = await this.send("Page.captureScreenshot", {
      captureBeyondViewport: true,
      clip,
    });
    return Uint8Array.fromBase64(data as string);
  }

  /** The page as PDF. */
  async print(): Promise<Uint8Array<ArrayBuffer>> {
    const { data } = await this.send("Page.printToPDF", { printBackground: true });
    return Uint8Array.fromBase64(data as string);
  }
}

/** The address that Chromium prints; the rest of its stderr is read and dropped. */
async function findAddress(stderr: ReadableStream<Uint8Array>): Promise<string> {
  const found = Promise.withResolvers<string>();
  let text = "";
  stderr.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).pipeTo(
    new WritableStream({
      write(part) {
        text = (text + part).slice(-10_000);
        const address = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
        if (address) found.resolve(address);
      },
      close: () => found.reject(new Error(`chromium ended: ${text}`)),
    }),
  ).catch(found.reject);
  return await found.promise;
}
