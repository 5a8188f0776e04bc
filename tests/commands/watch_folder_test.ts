import assert from "node:assert/strict";
import { readNdjson } from "../../src/cli/mod.ts";
import { encodePng } from "../../src/images/mod.ts";
import { chromiumTest } from "../_chromium.ts";
import { runTask, trainDigits, withFolder, writePng } from "./_task.ts";

const MAIN = new URL("../../tasks/main.ts", import.meta.url).pathname;

/** A running `watch`. */
class Watching implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #records: AsyncIterator<{ readonly record: Record<string, unknown> }>;
  readonly #said: Promise<string>;
  /** Text of stderr so far. */
  stderr = "";

  constructor(args: readonly string[], set = "watch") {
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", `-P=${set}`, MAIN, "watch", ...args],
      ...{ stdin: "null", stdout: "piped", stderr: "piped" },
    }).spawn();
    this.#records = readNdjson(this.#process.stdout)[Symbol.asyncIterator]();
    this.#said = this.#listen();
  }

  async #listen(): Promise<string> {
    const decoder = new TextDecoder();
    for await (const bytes of this.#process.stderr) {
      this.stderr += decoder.decode(bytes, { stream: true });
    }
    return this.stderr;
  }

  /** The next records. */
  async take(count: number): Promise<Record<string, unknown>[]> {
    const taken: Record<string, unknown>[] = [];
    while (taken.length < count) {
      const { value, done } = await this.#records.next();
      if (done) throw new Error(`${taken.length} of ${count} records: ${await this.#said}`);
      taken.push(value.record);
    }
    return taken;
  }

  /** Waits for the end; no record may be left. */
  async end(): Promise<number> {
    const { code } = await this.#process.status;
    const rest = await this.#records.next();
    assert.ok(rest.done, JSON.stringify(rest.value));
    await this.#said;
    return code;
  }

  /** Interrupts it. */
  interrupt(): void {
    this.#process.kill("SIGINT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#process.status;
    await this.#records.return?.();
    await this.#said;
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Name of a file in a record, without the folder. */
function names(records: readonly Record<string, unknown>[], folder: string): string[] {
  return records.map(({ path }) => (path as string).slice(folder.length + 1)).sort();
}

Deno.test("watch scores what is there and what comes, each once, and waits for files being written", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder), inbox = `${folder}/in`;
    await Deno.mkdir(`${inbox}/nine`, { recursive: true });
    await writePng(`${inbox}/a.png`, 8, 8, (x) => x);
    await writePng(`${inbox}/nine/b.png`, 8, 8, (x, y) => x * y);
    await writePng(`${inbox}/.hidden.png`, 8, 8, (x) => x);
    await Deno.writeTextFile(`${inbox}/notes.txt`, "no image");
    await Deno.writeTextFile(`${inbox}/empty.png`, "");
    await using watching = new Watching([inbox, "--model", model, "--backend=wasm", "--limit=8"]);
    const first = await watching.take(2);
    assert.deepEqual(names(first, inbox), ["a.png", "nine/b.png"]);
    assert.equal(first.find(({ path }) => path === `${inbox}/nine/b.png`)!["label"], "nine");
    assert.ok(first.every(({ p }) => (p as number) > 0));

    // A slow writer: four pieces with pauses; and one that writes under another name.
    const bytes = await encodePng({
      width: 8,
      height: 8,
      channels: 1,
      data: new Uint8Array(64),
      white: 255,
    });
    const slow = await Deno.open(`${inbox}/slow.png`, { write: true, create: true });
    for (let i = 0; i < 4; i++) {
      await slow.write(
        bytes.subarray(Math.floor(i * bytes.length / 4), Math.floor((i + 1) * bytes.length / 4)),
      );
      await pause(400);
    }
    slow.close();
    await Deno.writeFile(`${inbox}/moved.png.partial`, bytes);
    await Deno.rename(`${inbox}/moved.png.partial`, `${inbox}/moved.png`);
    await Deno.mkdir(`${inbox}/new/deep`, { recursive: true });
    await Deno.writeFile(`${inbox}/new/deep/c.png`, bytes);
    const more = await watching.take(3);
    assert.deepEqual(names(more, inbox), ["moved.png", "new/deep/c.png", "slow.png"]);
    assert.ok(more.every(({ error }) => error === undefined), JSON.stringify(more));

    // An empty file waits, however long, until something is written to it.
    await Deno.writeFile(`${inbox}/empty.png`, bytes);
    assert.deepEqual(names(await watching.take(1), inbox), ["empty.png"]);

    // A file that changes after its score is not scored again; a broken one has its line.
    await writePng(`${inbox}/a.png`, 8, 8, (x) => 9 * x);
    await Deno.writeTextFile(`${inbox}/broken.png`, "no image");
    await Deno.writeFile(`${inbox}/last.png`, bytes);
    const last = await watching.take(2);
    assert.deepEqual(names(last, inbox), ["broken.png", "last.png"]);
    assert.ok(last.some(({ error }) => error !== undefined));
    assert.equal(await watching.end(), 3, watching.stderr);
  });
});

Deno.test("watch --since goes on where it was, also after a torn line", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder), inbox = `${folder}/in`, log = `${folder}/s.ndjson`;
    await Deno.mkdir(inbox);
    for (const name of ["a", "b"]) await writePng(`${inbox}/${name}.png`, 8, 8, (x) => x);
    const args = [inbox, "--model", model, "--backend=wasm", "--since", log];
    let done: Record<string, unknown>[];
    {
      await using watching = new Watching(args);
      done = await watching.take(2);
      watching.interrupt();
      assert.equal(await watching.end(), 130, watching.stderr);
    }
    await Deno.writeTextFile(
      log,
      `${done.map((record) => JSON.stringify(record)).join("\n")}\n{"path":"${inbox}/c.p`,
    );
    for (const name of ["c", "d"]) await writePng(`${inbox}/${name}.png`, 8, 8, (x) => x);
    const { code, stdout, stderr } = await runTask("watch", [...args, "--limit=2"]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /1 lines of .* are no records/);
    // As >> would append it.
    const torn = (await Deno.readTextFile(log)).split("\n").at(-1)!;
    const lines = `${torn}${stdout}`.trimEnd().split("\n");
    assert.equal(lines[0], torn);
    assert.deepEqual(names(lines.slice(1).map((line) => JSON.parse(line)), inbox), [
      "c.png",
      "d.png",
    ]);
    await Deno.writeTextFile(log, `${lines[1]}\n`);
    const whole = await runTask("watch", [...args, "--limit=3"]);
    assert.match(whole.stdout, /^\{/);
  });
});

Deno.test("watch survives a burst of 10,000 files: each has one record", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder), inbox = `${folder}/in`, count = 10_000;
    await Deno.mkdir(inbox);
    await using watching = new Watching([
      inbox,
      "--model",
      model,
      "--backend=wasm",
      `--limit=${count}`,
    ]);
    const bytes = await encodePng({
      width: 8,
      height: 8,
      channels: 1,
      data: new Uint8Array(64),
      white: 255,
    });
    for (let i = 0; i < count; i++) Deno.writeFileSync(`${inbox}/${i}.png`, bytes);
    const taken = await watching.take(count);
    assert.equal(new Set(taken.map(({ path }) => path)).size, count);
    assert.equal(await watching.end(), 0, watching.stderr);
  });
});

Deno.test("watch refuses what it cannot watch", async () => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder);
    const cases: [string[], RegExp, number][] = [
      [[], /at least 1 DIR/, 2],
      [[`${folder}/none`, "--model", model], /there is no such folder/, 1],
      [[model, "--model", model], /it must be a folder/, 1],
      [[folder, folder, "--model", model], /it takes at most 1 DIR: found 2/, 2],
      [[folder, "--model", model, "--serve=70000"], /whole number from 0 to 65535/, 2],
      [[folder, "--serve", "80", "more", "--model", model], /it takes at most 1 DIR: found 2/, 2],
      [[folder], /--model must be given/, 2],
      [[folder, "--model", model, "--serve"], /deno task watch:serve/, 1],
    ];
    for (const [args, message, wanted] of cases) {
      const { code, stderr } = await runTask("watch", args);
      assert.match(stderr, message);
      assert.equal(code, wanted, stderr);
    }
  });
});

chromiumTest("watch --serve shows the stream, to those who know the address", async (browser) => {
  await withFolder(async (folder) => {
    const model = await trainDigits(folder), inbox = `${folder}/in <b>`;
    await Deno.mkdir(inbox);
    await writePng(`${inbox}/first.png`, 8, 8, (x) => 20 * x);
    const args = [inbox, "--model", model, "--backend=wasm", "--serve"];
    await using watching = new Watching(args, "watch:serve");
    await watching.take(1);
    const [address = ""] = /http:\S+/.exec(watching.stderr) ?? [];
    const { origin, hostname, port } = new URL(address);
    assert.equal(hostname, "127.0.0.1");
    const page = await browser.open(address, { width: 360 });
    await page.until("document.querySelectorAll('#newest figure').length === 1");
    assert.equal(
      await page.evaluate("document.querySelector('h1').textContent"),
      `Watching ${inbox}`,
    );
    const hostile = `${inbox}/<img src=x onerror=alert(1)>.png`;
    await writePng(hostile, 8, 8, (x, y) => (x ^ y) & 1 ? 255 : 0);
    await Deno.writeTextFile(`${inbox}/broken.png`, "no image");
    await page.until("document.querySelectorAll('#newest figure').length === 3");
    await page.until("document.querySelectorAll('#newest img').length >= 4");
    await page.until(
      "[...document.images].every((image) => image.complete && image.naturalWidth === 8)",
    );
    assert.equal(await page.evaluate("document.getElementById('failures').textContent"), "1");
    assert.equal(
      await page.evaluate("document.querySelectorAll('#figure circle[r=\"3\"]').length"),
      2,
    );
    assert.equal(await page.evaluate("document.querySelectorAll('.gallery .failed').length"), 1);
    assert.ok(
      (await page.evaluate<string>("document.body.textContent")).includes(
        "<img src=x onerror=alert(1)>.png",
      ),
    );
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 360);
    assert.ok(page.requests.every((url) => url.startsWith(address)), `${page.requests}`);
    assert.deepEqual(page.troubles, []);

    // A burst: the page has the newest, and all counts.
    for (let i = 0; i < 300; i++) await writePng(`${inbox}/${i}.png`, 8, 8, (x) => (x * i) % 256);
    await watching.take(302);
    await page.until("document.getElementById('images').textContent === '303'");
    assert.equal(await page.evaluate("document.querySelectorAll('#newest figure').length"), 24);

    const wrong = [
      "/",
      `/${"0".repeat(32)}/`,
      `${new URL(address).pathname}events/x/y`,
      `${new URL(address).pathname}1/../../../etc/passwd`,
      `${new URL(address).pathname}999/image.png`,
      `${new URL(address).pathname}1/other.png`,
      new URL(address).pathname.slice(0, -1),
    ];
    for (const path of wrong) {
      const response = await fetch(origin + path);
      assert.deepEqual([response.status, await response.text()], [404, ""], path);
    }
    const posted = await fetch(address, { method: "POST" });
    assert.equal(posted.status, 404);
    await posted.body?.cancel();
    // A page of another name that leads here (DNS rebinding) gets nothing.
    const socket = await Deno.connect({ hostname, port: Number(port) });
    await socket.write(new TextEncoder().encode(
      `GET ${
        new URL(address).pathname
      } HTTP/1.1\r\nHost: evil.example:${port}\r\nConnection: close\r\n\r\n`,
    ));
    const answer = await new Response(socket.readable).text();
    assert.match(answer, /^HTTP\/1\.1 404/);

    watching.interrupt();
    assert.equal(await watching.end(), 130);
  });
});
