import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { bundleForBrowsers } from "../../tasks/build/browser.ts";
import { COMMANDS } from "../../tasks/commands.ts";
import { VERSION } from "../../src/cli/mod.ts";
import { DIGITS, runIn, withFolder } from "../commands/_task.ts";
import { type Output, output, pack, Place, readTree, runProgram, withBundle } from "./_built.ts";

const TRAIN = `${DIGITS}train-images-idx3-ubyte.gz`;
const TEST = `${DIGITS}test-images-idx3-ubyte.gz`;
/** One backend: the same bits, wherever it runs. */
const SAME = ["--seed=1", "--backend=wasm"];
const HDF5 = new URL("../datasets/fixtures/galaxies.h5", import.meta.url);
const AVIF = new URL("../images/fixtures/rare/rgb.avif", import.meta.url);

/** Fails unless a program ended well, and without a word about threads. */
function assertDone({ code, stderr }: Output, name: string): void {
  assert.equal(code, 0, `${name}: ${stderr}`);
  assert.doesNotMatch(stderr, /warning|fewer threads|experimental/i, name);
}

/** Runs a command from the bundle and from the source tree, each in its own folder. */
async function both(bundled: Place, source: string, args: readonly string[], stdin = "") {
  const [command = "", ...rest] = args, name = args.join(" ");
  const ours = await bundled.bundle(args, { stdin });
  const theirs = await runIn(source, command, rest, stdin);
  assertDone(ours, name);
  assertDone(theirs, name);
  assert.equal(ours.stdout, theirs.stdout, name);
  return ours;
}

Deno.test("the bundle runs alone, and writes the same bytes as the source tree", async (t) => {
  await withBundle((dist) =>
    withFolder(async (one) => {
      await withFolder(async (other) => {
        const bundled = new Place(one, dist);

        await t.step("its hash is beside it", async () => {
          const bytes = await Deno.readFile(`${dist}/stray.js`);
          const hash = createHash("sha256").update(bytes).digest("hex");
          assert.equal(await Deno.readTextFile(`${dist}/stray.js.sha256`), `${hash}  stray.js\n`);
          assert.ok(bytes.length < 7.6e6, `${bytes.length} bytes`);
        });

        await t.step("it calls itself stray, and knows every command", async () => {
          const { code, stdout } = await bundled.bundle(["--help"]);
          assert.equal(code, 0);
          assert.match(stdout, /Usage: stray COMMAND/);
          for (const name of Object.keys(COMMANDS)) {
            assert.match(stdout, new RegExp(`^  ${name} `, "m"));
          }
          const { stderr } = await bundled.bundle(["score", "x.png"]);
          assert.match(stderr, /train one with stray train/);
        });

        await t.step("it trains, simulates, scores and draws", async () => {
          const run = (...args: string[]) => both(bundled, other, args);
          const data = ["--data", TRAIN, "--hold-out=0", ...SAME];
          const trained = await run(
            ...["train", ...data, "--model=vae", "--epochs=1", "--workers=2", "--out=vae"],
          );
          assert.match(trained.stderr, /2 threads/);
          const lenses = ["--recipe=model-b", "--size=24x24", "--workers=2", "--seed=3"];
          await run("simulate", ...lenses, "--count=12", "--out=lenses");
          const scored = await run("score", "--model=vae", TEST, "--workers=2", "--backend=wasm");
          for (const folder of [one, other]) {
            await Deno.writeTextFile(`${folder}/scores.ndjson`, scored.stdout);
          }
          await both(bundled, other, ["evaluate", "--positive=0"], scored.stdout);
          await run("report", "--model=vae", "--scores=scores.ndjson", "--out=r.html", ...SAME);
          await run(
            "plot",
            "scores",
            "--model=vae",
            "--scores=scores.ndjson",
            "--out=p.png",
            ...SAME,
          );
          await run(
            ...["embed", "--model=vae", TEST, "--limit=60", "--map=umap", "--out=map.png"],
            ...SAME,
          );
          const [ours, theirs] = await Promise.all([readTree(one), readTree(other)]);
          assert.deepEqual([...ours.keys()], [...theirs.keys()]);
          for (const [path, bytes] of ours) {
            assert.ok(Buffer.from(bytes).equals(theirs.get(path)!), path);
          }
        });

        await t.step("pages hold the script that is built for them", async () => {
          const file = `${one}/stray.page.js`;
          await bundleForBrowsers("stray.page.js", file);
          const made = await bundled.bundle(["export", "vae", "--out=page.html"]);
          assertDone(made, "export");
          const page = await Deno.readTextFile(`${one}/page.html`);
          const script = (await Deno.readTextFile(file)).replaceAll("</script", "<\\/script");
          assert.ok(page.includes(script.trim()));
        });

        await t.step("it reads HDF5, and names the library that it lacks for AVIF", async () => {
          await Deno.copyFile(HDF5, `${one}/galaxies.h5`);
          await Deno.copyFile(AVIF, `${one}/rgb.avif`);
          const score = ["score", "--model=vae", "--backend=wasm", "--quiet"];
          const { stdout } = await bundled.bundle([...score, "galaxies.h5", "rgb.avif"]);
          const records = stdout.trim().split("\n").map((line) => JSON.parse(line));
          const { error, path } = records.at(-1);
          assert.equal(path, "rgb.avif");
          assert.match(error.message, /wasm-vips is not installed/);
          assert.match(error.hint, /deno cache npm:wasm-vips@/);
        });

        await t.step("hints name the permission that is missing, and no task", async () => {
          const args = ["score", "--model=vae", TEST];
          const unwritten = await bundled.bundle([...args, "--out=s.ndjson"], { without: "write" });
          assert.equal(unwritten.code, 2);
          assert.match(unwritten.stderr, /hint: start Deno with --allow-write/);
          const unread = await bundled.bundle(args, { without: "read" });
          assert.match(unread.stderr, /hint: start Deno with --allow-read/);
        });

        await t.step("where it may not read itself, one thread does all, and says so", async () => {
          // Workers are wanted after 100 ms of work.
          const images = Array.from({ length: 10 }, () => TEST);
          const args = ["score", "--model=vae", ...images, "--workers=2", "--backend=wasm"];
          const alone = await bundled.bundle(args, { readsItself: false });
          assert.equal(alone.code, 0);
          assert.match(
            alone.stderr,
            /fewer threads .*: there is no permission to read .*stray\.js/,
          );
          const scores = await Deno.readTextFile(`${one}/scores.ndjson`);
          assert.equal(alone.stdout, scores.repeat(images.length));
        });
      });
    })
  );
});

Deno.test("the bundle asks for the version of wasm-vips that is tested", async () => {
  const { default: configuration } = await import("../../deno.json", { with: { type: "json" } });
  const text = await Deno.readTextFile(
    new URL("../../src/images/_vips_library.ts", import.meta.url),
  );
  assert.equal(/npm:wasm-vips@[\d.]+/.exec(text)![0], configuration.imports["wasm-vips"]);
});

Deno.test("on a machine with only Node.js, npx runs the package", async (t) => {
  await withBundle((dist) =>
    withFolder(async (home) => {
      const tarball = await pack(dist);
      // An empty home, but for the cache of npm: Deno itself is fetched once per machine.
      const cache = await output("npm", "config", "get", "cache");
      const env = {
        HOME: home,
        PATH: "/usr/local/bin:/usr/bin:/bin",
        npm_config_cache: cache,
        npm_config_prefer_offline: "true",
        npm_config_update_notifier: "false",
      };
      const work = `${home}/work`;
      await Deno.mkdir(work);
      await Deno.copyFile(tarball, `${work}/stray.tgz`);
      const run = (program: string, ...args: string[]) =>
        runProgram(program, args, { cwd: work, env });
      const installed = await run("npm", "install", "--no-audit", "--no-fund", "./stray.tgz");
      assert.equal(installed.code, 0, installed.stderr);
      const stray = `${work}/node_modules/.bin/stray`;

      await t.step("exit codes and streams are its own", async () => {
        const version = await run(stray, "--version");
        assert.deepEqual(version, { code: 0, stdout: `${VERSION}\n`, stderr: "" });
        const wrong = await run(stray, "score", "x.png");
        assert.equal(wrong.code, 2);
        assert.match(wrong.stderr, /^error: .*\nhint: .*stray train\n$/);
        const piped = await run(
          "sh",
          "-c",
          `${stray} simulate --recipe model-b --size 24x24 --count 40 --stdout ndjson |
            head -n 1 | wc -l`,
        );
        assert.deepEqual([piped.code, piped.stdout.trim()], [0, "1"]);
        assert.doesNotMatch(piped.stderr, /error|experimental/i);
      });

      await t.step("Ctrl-C is heard once, and the shell waits for the model", async () => {
        for (const group of [true, false]) await interrupt(stray, work, env, group);
      });

      await t.step("npx shows the demo", async () => {
        const demo = ["demo", "--count=40"];
        const { code, stdout, stderr } = await run("npx", "--yes", "./stray.tgz", ...demo);
        assert.equal(code, 0, stderr);
        assert.match(stdout, /^\{"label":"cdm","n":80,"positives":40,"auroc":(0\.9|1)/);
        assert.doesNotMatch(stderr, /warning|experimental|deno task/i);
        assert.ok((await Deno.stat(`${work}/stray-demo/report.html`)).isFile);
      });
    })
  );
});

/** Interrupts a training: all its processes, as a terminal does, or the first alone. */
async function interrupt(
  stray: string,
  cwd: string,
  env: Record<string, string>,
  group: boolean,
): Promise<void> {
  const data = ["--data", `${DIGITS}train-images-idx3-ubyte.gz`, "--model=vae", "--backend=wasm"];
  const long = ["--epochs=5000", "--patience=5000", "--out=m.safetensors"];
  const child = new Deno.Command("setsid", {
    args: [stray, "train", ...data, ...long],
    cwd,
    env,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let stderr = "", sent = false;
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    stderr += text;
    if (sent || !/^epoch 2\//m.test(stderr)) continue;
    sent = true;
    await output("kill", "-INT", "--", `${group ? "-" : ""}${child.pid}`);
  }
  assert.equal((await child.status).code, 130, stderr);
  assert.match(stderr, /interrupted: the model is that of the training so far/);
  await Deno.remove(`${cwd}/m.safetensors`);
}
