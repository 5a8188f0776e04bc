import assert from "node:assert/strict";
import { isFailed } from "../../src/datasets/mod.ts";
import { StrayError } from "../../src/errors.ts";
import { gzip, idx, noise, npy, readAll, test, withFolder, zip } from "./_fixtures.ts";

const ARRAY = npy("<f4", [3, 2, 2], [...noise(12)]);
const FILES = {
  "a.npy": ARRAY,
  "a-idx3-ubyte": idx([3, 2, 2], noise(12)),
  "a-idx3-ubyte.gz": gzip(idx([3, 2, 2], noise(12))),
  "a.npz": zip({ "x.npy": ARRAY, "y.npy": npy("<i8", [3], [1, 2, 3]) }),
  "b.npz": zip({ "x.npy": ARRAY }, { deflate: true, zip64: "all" }),
};

/** How reading a file ends: the number of whole and of failed images, or the error's code. */
async function outcome(name: string, bytes: Uint8Array): Promise<string> {
  let said = "";
  await withFolder({ [name]: bytes }, async (baseDirectory) => {
    try {
      const entries = await readAll([name], { baseDirectory });
      const failed = entries.filter(isFailed).length;
      said = `${entries.length - failed} whole, ${failed} failed`;
    } catch (error) {
      if (!(error instanceof StrayError)) throw error;
      said = error.code;
    }
  });
  return said;
}

test("a container cut anywhere is never taken for whole", async () => {
  for (const [name, whole] of Object.entries(FILES)) {
    assert.equal(await outcome(name, whole), "3 whole, 0 failed");
    // Bytes after the images may be missing: gzip's checksum.
    const spare = name.endsWith(".gz") ? 12 : 0;
    for (let length = 0; length < whole.length - spare; length += length < 150 ? 1 : 7) {
      const said = await outcome(name, whole.subarray(0, length));
      assert.doesNotMatch(said, /^3 whole|, 0 failed/, `${name} cut to ${length} bytes`);
    }
  }
});

test("a container with any byte damaged ends in images or in an error that is said", async () => {
  const random = noise(1000);
  for (const [name, whole] of Object.entries(FILES)) {
    for (let at = 0; at < whole.length; at += at < 150 ? 1 : 3) {
      const bytes = whole.slice();
      bytes[at]! ^= random[at]! | 1;
      assert.notEqual(await outcome(name, bytes), "", `${name} damaged at byte ${at}`);
    }
  }
});

test("gzip of a wrong checksum is damaged, whatever is inside and whatever its name", async () => {
  const inside = {
    "a-idx3-ubyte.gz": idx([3, 2, 2], noise(12)),
    "a.npy.gz": ARRAY,
    "a.csv.gz": new TextEncoder().encode("1,2\n3,4\n"),
    "a.fits.gz": new TextEncoder().encode("SIMPLE  =                    T".padEnd(2880)),
    "plain.gz": new TextEncoder().encode("anything"),
  };
  for (const [name, content] of Object.entries(inside)) {
    const bytes = gzip(content);
    bytes[bytes.length - 6] = (bytes[bytes.length - 6] as number) ^ 1;
    await withFolder({ [name]: bytes }, async (baseDirectory) => {
      const read = async () => {
        for (const entry of await readAll([name], { baseDirectory })) {
          if (isFailed(entry)) throw entry.error;
        }
      };
      await assert.rejects(read(), { code: "decode", message: /damage/ }, name);
    });
  }
});
