import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { decode } from "../../src/images/mod.ts";
import { encodeFits, encodeNpz, packTar, type TarFile } from "../../src/simulation/mod.ts";
import { encodeNpy } from "../../src/store/mod.ts";
import { withFolder } from "../commands/_task.ts";

function cards(bytes: Uint8Array): Map<string, string> {
  const text = new TextDecoder().decode(bytes.subarray(0, 2880));
  const lines = Array.from({ length: 36 }, (_, i) => text.slice(80 * i, 80 * i + 80));
  return new Map(
    lines.map((line) => [line.slice(0, 8).trim(), line.slice(10).split(" / ")[0]!.trim()]),
  );
}

async function* from(files: readonly TarFile[]): AsyncGenerator<TarFile> {
  yield* files;
}

Deno.test("FITS is read back the right way up, with sky coordinates", async () => {
  const values = Float32Array.from({ length: 6 }, (_, i) => i - 2.5);
  const options = { width: 3, height: 2, pixelScale: 0.18, unit: "electron/s" };
  const bytes = encodeFits(values, { ...options, cards: [["OBJECT", "it's", "a name"]] });
  assert.equal(bytes.length % 2880, 0);
  const back = await decode(bytes);
  assert.deepEqual([back.width, back.height, [...back.data]], [3, 2, [...values]]);
  const found = cards(bytes);
  assert.equal(found.get("BUNIT"), "'electron/s'");
  assert.equal(found.get("OBJECT"), "'it''s   '");
  assert.deepEqual(
    ["CTYPE1", "CTYPE2"].map((key) => found.get(key)),
    ["'RA---TAN'", "'DEC--TAN'"],
  );
  const number = (key: string) => Number(found.get(key));
  assert.deepEqual([number("CRPIX1"), number("CRPIX2")], [2, 1.5]);
  assert.deepEqual([number("CRVAL1"), number("CRVAL2")], [0, 0]);
  assert.ok(Math.abs(number("CD1_1") + 0.18 / 3600) < 1e-15);
  assert.ok(Math.abs(number("CD2_2") - 0.18 / 3600) < 1e-15);
  // FITS counts rows from the bottom: its first sample is the image's last row.
  assert.equal(new DataView(bytes.buffer, 2880).getFloat32(0), values[3]);
  assert.throws(() => encodeFits(values, { ...options, width: 4 }), TypeError);
});

Deno.test("tar unpacks the packed files, and the stream is reproducible", async () => {
  await withFolder(async (folder) => {
    const long = Array.from({ length: 5 }, (_, i) => `${i}`.repeat(60));
    const files: TarFile[] = [
      ["a/empty", 0],
      ["a/b/one", 1],
      ["block", 512],
      ["more", 1300],
      [long.slice(3).join("/"), 5], // in the two fields of a header
      [long.join("/"), 6], // in a record of its own
      ["Grüße", 7],
    ].map(([name, length]) => ({
      name: name as string,
      bytes: Uint8Array.from({ length: length as number }, (_, i) => i * 7),
    }));
    const stream = async () => Buffer.concat(await Array.fromAsync(packTar(from(files))));
    assert.deepEqual(await stream(), await stream());
    await Deno.writeFile(`${folder}/t.tar`, await stream());
    const { code, stderr } = await new Deno.Command("tar", {
      args: ["xf", "t.tar"],
      cwd: folder,
      stderr: "piped",
    }).output();
    assert.deepEqual([code, new TextDecoder().decode(stderr)], [0, ""]);
    for (const { name, bytes } of files) {
      assert.deepEqual(await Deno.readFile(`${folder}/${name}`), bytes);
    }
    const { mtime } = await Deno.stat(`${folder}/block`);
    assert.equal(mtime?.getTime(), 0);
  });
});

Deno.test("tar requests no more files than the reader takes, and rethrows their errors", async () => {
  const mebibyte = { name: "a", bytes: new Uint8Array(1 << 20) };
  let asked = 0, closed = 0;
  async function* endless(): AsyncGenerator<TarFile> {
    try {
      for (;; asked++) yield mebibyte;
    } finally {
      closed++;
    }
  }
  for await (const bytes of packTar(endless())) {
    await new Promise((resolve) => setTimeout(resolve, 20)); // as a slow reader
    assert.ok(bytes.length > 0);
    break; // as a reader that goes away
  }
  assert.equal(closed, 1);
  assert.ok(asked < 12, `${asked} files of 1 MiB were asked for`);

  async function* broken(): AsyncGenerator<TarFile> {
    yield mebibyte;
    await Promise.reject(new Error("no more"));
  }
  await assert.rejects(Array.fromAsync(packTar(broken())), /^Error: no more$/);
});

Deno.test("NumPy, if installed, reads npz", async () => {
  await withFolder(async (folder) => {
    const arrays = {
      a: encodeNpy(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]),
      b: encodeNpy(Float32Array.of(7), [1]),
    };
    await Deno.writeFile(`${folder}/x.npz`, encodeNpz(arrays));
    const program = `import numpy, sys
x = numpy.load(sys.argv[1])
print(sorted(x), x["a"].tolist(), x["b"].shape)`;
    const run = new Deno.Command("python3", {
      args: ["-c", program, `${folder}/x.npz`],
      stderr: "piped",
    });
    const { code, stdout, stderr } = await run.output().catch(() => ({
      code: 1,
      stdout: new Uint8Array(),
      stderr: new TextEncoder().encode("No module named python3"),
    }));
    const said = new TextDecoder().decode(stderr);
    if (/No module named/.test(said)) return; // tests of image folders read npz by our own reader
    assert.equal(code, 0, said);
    assert.equal(
      new TextDecoder().decode(stdout),
      "['a', 'b'] [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]] (1,)\n",
    );
  });
});
