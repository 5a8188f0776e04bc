import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { hashFile } from "../../src/file_hash.ts";
import { npy, ramp, readAll, test, withFolder } from "./_fixtures.ts";

const FILE = npy("|u1", [2, 2, 2], ramp(8));
const MD5 = createHash("md5").update(FILE).digest("hex");
const SHA256 = createHash("sha256").update(FILE).digest("hex");
const OTHER = "0".repeat(64);

test("a source of the right hash is read, in either case, also a part of it", async () => {
  await withFolder({ "a.npy": FILE }, async (baseDirectory) => {
    const hashes = [
      { algorithm: "md5", digest: MD5.toUpperCase() },
      { algorithm: "sha256", digest: SHA256 },
    ] as const;
    assert.equal((await readAll(["a.npy"], { baseDirectory, hashes })).length, 2);
    assert.equal((await readAll(["a.npy#1"], { baseDirectory, hashes })).length, 1);
  });
});

test("a source of another hash is refused before anything is read of it", async () => {
  await withFolder({ "a.npy": FILE.subarray(0, 20) }, async (baseDirectory) => {
    for (const name of ["a.npy", "a.npy#0"]) {
      const hashes = [{ algorithm: "sha256", digest: SHA256 }] as const;
      await assert.rejects(readAll([name], { baseDirectory, hashes }), {
        code: "hash",
        message: new RegExp(
          `^Cannot use "a.npy" as its sha256 hash must be ${SHA256}: current value is [0-9a-f]{64}$`,
        ),
      });
    }
    // The second of two hashes counts too.
    const digest = createHash("md5").update(FILE.subarray(0, 20)).digest("hex");
    const hashes = [
      { algorithm: "md5", digest },
      { algorithm: "sha256", digest: OTHER },
    ] as const;
    await assert.rejects(readAll(["a.npy"], { baseDirectory, hashes }), { code: "hash" });
  });
});

test("a hash needs one source that is a file, and must be one", async () => {
  const folder = { "a.npy": FILE };
  await withFolder({ "a.npy": FILE, folder }, async (baseDirectory) => {
    const hashes = [{ algorithm: "md5", digest: MD5 }] as const;
    const cases: [string[], string, RegExp][] = [
      [["a.npy", "a.npy"], "usage", /must be one file: current value is 2 sources$/],
      [["-"], "usage", /must be one file: current value is stdin$/],
      [["folder"], "usage", /must be one file: current value is the folder "folder"$/],
      [["gone.npy"], "not_found", /^Cannot read "gone.npy" as there is no such file/],
    ];
    for (const [sources, code, message] of cases) {
      await assert.rejects(readAll(sources, { baseDirectory, hashes }), { code, message });
    }
    for (const digest of ["", "12", MD5 + "0", MD5.slice(1) + "g", SHA256]) {
      const wrong = [{ algorithm: "md5", digest }] as const;
      await assert.rejects(readAll(["a.npy"], { baseDirectory, hashes: wrong }), {
        code: "usage",
        message: /must be 32 hexadecimal digits: current value is "/,
      });
    }
  });
});

test("a large file is hashed in pieces, and an abort ends it", async () => {
  await withFolder({ a: new Uint8Array(3_000_001).fill(7) }, async (folder) => {
    const bytes = await Deno.readFile(`${folder}/a`);
    const wanted = ["sha256", "md5"].map((name) => createHash(name).update(bytes).digest("hex"));
    assert.deepEqual(await hashFile(`${folder}/a`, ["sha256", "md5"]), wanted);
    await assert.rejects(hashFile(`${folder}/a`, ["md5"], AbortSignal.abort()), {
      name: "AbortError",
    });
  });
});
