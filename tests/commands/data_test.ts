import assert from "node:assert/strict";
import { hashFile } from "../../src/file_hash.ts";
import { DATA_SETS } from "../../src/fetch/mod.ts";
import { runStray } from "../cli/_program.ts";
import { dataProgram } from "../fetch/_program.ts";
import { content, withServer } from "../fetch/_server.ts";
import { runTask, withFolder } from "./_task.ts";

const HERE = new URL(".", import.meta.url);
const DENO = ["--config", new URL("../../deno.json", HERE).pathname, "-P=data", "--no-check"];
const FILES = { "a.gz": content(200_000, 3), "b.gz": content(1000, 5) };

Deno.test("data prints the paths of fetched files, and continues an interrupted download", async () => {
  await withFolder(async (folder) => {
    const args = ["data", "small", `--out=${folder}/out/`];
    const wanted = [`${folder}/out/a.gz`, `${folder}/out/b.gz`];
    await withServer(FILES, { stallAfter: 70_000 }, async (server) => {
      const program = await dataProgram(folder, FILES, [server]);
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--no-prompt", ...DENO, program, ...args],
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const part = `${folder}/out/a.gz.part`;
      while ((await Deno.stat(part).catch(() => undefined))?.size !== 70_000) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      child.kill("SIGINT");
      const { code, stdout, stderr } = await child.output();
      assert.deepEqual([code, stdout.length], [130, 0]);
      assert.match(
        new TextDecoder().decode(stderr),
        /the part downloaded so far is kept: run it again/,
      );
    });
    await withServer(FILES, {}, async (server, log) => {
      const program = await dataProgram(folder, FILES, [server]);
      const first = await runStray(args, { program, deno: DENO });
      assert.equal(first.code, 0, first.stderr);
      assert.deepEqual(first.stdout.split("\n"), [...wanted, ""]);
      assert.deepEqual(log, ["a.gz from 70000", "b.gz"]);
      const second = await runStray(args, { program, deno: DENO });
      assert.deepEqual([second.code, second.stdout], [0, first.stdout]);
      assert.match(second.stderr, /a\.gz: there already\nb\.gz: there already\n/);
      assert.equal(log.length, 2);
    });
    for (const [name, bytes] of Object.entries(FILES)) {
      assert.deepEqual(await Deno.readFile(`${folder}/out/${name}`), bytes);
    }
  });
});

Deno.test("data refuses damaged and missing files, and keeps neither", async () => {
  await withFolder(async (folder) => {
    const damaged = { "train-images-idx3-ubyte.gz": content(9_912_422) };
    for (
      const [files, wanted] of [[damaged, /sha256 hash must be 440f/], [
        {},
        /responded 404/,
      ]] as const
    ) {
      await withServer(files, {}, async (server) => {
        const args = ["mnist", `--out=${folder}`, `--mirror=${server}`];
        const { code, stdout, stderr } = await runTask("data", args);
        assert.deepEqual([code, stdout], [1, ""]);
        assert.match(stderr, wanted);
        assert.match(stderr, /\nhint: .*--mirror URL\n$/);
        assert.deepEqual(await Array.fromAsync(Deno.readDir(folder)), []);
      });
    }
  });
});

Deno.test("data lists the data sets, and reports missing arguments", async () => {
  const { code, stdout } = await runTask("data", ["--list"]);
  assert.equal(code, 0);
  assert.deepEqual(
    stdout.trimEnd().split("\n").map((line) => line.split(" ")[0]),
    Object.keys(DATA_SETS),
  );
  assert.match(stdout, /^mnist +11\.6 MB +CC BY-SA 3\.0 +handwritten digits/);
  const cases: [string[], RegExp][] = [
    [[], /must be one name: current value is none/],
    [["mnist"], /--out must be given/],
    [["toString", "--out=x"], /Cannot fetch "toString" as there is no such data set/],
    [["mnist", "kmnist", "--out=x"], /takes at most 1 NAME: found 2/],
    [["mnist", "--out=x", "--mirror=nowhere"], /must be an HTTP or HTTPS address/],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await runTask("data", args);
    assert.deepEqual([code, stdout], [2, ""], stderr);
    assert.match(stderr, message);
  }
});

const MNIST = new URL("../../../shared/data/mnist/", HERE).pathname;
const FASHION = "/usr/share/datasets/fashion-mnist/";

function isMissing(folder: string, what: string): boolean {
  try {
    Deno.statSync(folder);
    return false;
  } catch {
    Deno.stderr.writeSync(new TextEncoder().encode(`skipped: there is no ${what}\n`));
    return true;
  }
}

Deno.test({
  name: "the table has the hashes of MNIST's own files",
  ignore: isMissing(MNIST, "MNIST in the shared data"),
  fn: async () => {
    for (const { name, algorithm, digest, bytes } of DATA_SETS["mnist"]!.files.slice(1)) {
      assert.deepEqual(await hashFile(MNIST + name, [algorithm]), [digest]);
      assert.equal((await Deno.stat(MNIST + name)).size, bytes);
    }
  },
});

/** When the authors packed the files of a split, in seconds since 1970. */
const PACKED_S = { train: 1504176606, t10k: 1504176627 } as const;

Deno.test({
  name: "data fetches Fashion-MNIST, whose official files Debian's give but for their gzip headers",
  ignore: isMissing(FASHION, "Debian package dataset-fashion-mnist"),
  fn: async () => {
    const files: Record<string, Uint8Array> = {};
    for (const { name } of DATA_SETS["fashion-mnist"]!.files) {
      const packed = await Deno.readFile(FASHION + name);
      const head = new DataView(new ArrayBuffer(10));
      [0x1f, 0x8b, 8, 8].forEach((byte, i) => head.setUint8(i, byte)); // with the file's name
      head.setUint32(4, PACKED_S[name.startsWith("train") ? "train" : "t10k"], true);
      head.setUint8(9, 3);
      const original = new TextEncoder().encode(name.replace(".gz", "\0"));
      files[name] = await new Blob([head.buffer, original, packed.subarray(10)]).bytes();
    }
    await withFolder((folder) =>
      withServer(files, {}, async (server) => {
        const args = ["fashion-mnist", `--out=${folder}`, `--mirror=${server}`];
        const { code, stdout, stderr } = await runTask("data", args);
        assert.equal(code, 0, stderr);
        assert.deepEqual(
          stdout.trimEnd().split("\n"),
          DATA_SETS["fashion-mnist"]!.files.map(({ name }) => `${folder}/${name}`),
        );
      })
    );
  },
});
