/** A clone's first command fetches no package that few need. */

import assert from "node:assert/strict";
import { LOCK } from "./_gate/run_jobs.ts";

/** The part of a lock file that is read. */
interface Lock {
  readonly specifiers: Readonly<Record<string, string>>;
  readonly npm: Readonly<Record<string, { readonly integrity: string }>>;
}

/** Packages of builds, tests and graphs of the user's, which are fetched when first used. */
const LATER = ["@mediapipe/objectron", "assemblyscript", "onnxruntime-web"];

async function readLock(path: string): Promise<Lock> {
  return JSON.parse(await Deno.readTextFile(new URL(`../${path}`, import.meta.url)));
}

/** Hashes by name and version, without the versions of peers. */
function hashes({ npm }: Lock): Map<string, string> {
  return new Map(
    Object.entries(npm).map(([key, { integrity }]) => [/^@?[^@]+@[^_]+/.exec(key)![0], integrity]),
  );
}

Deno.test("deno.lock, all of which deno task fetches, is the lock of all packages but a few", async () => {
  const [first, all] = await Promise.all(["deno.lock", LOCK.replace("--lock=", "")].map(readLock));
  const later = (specifier: string) => LATER.some((name) => specifier.startsWith(`npm:${name}@`));
  const names = Object.keys(all!.specifiers);
  assert.equal(names.filter(later).length, LATER.length);
  assert.deepEqual(Object.keys(first!.specifiers), names.filter((name) => !later(name)));
  const locked = hashes(all!);
  for (const [name, hash] of hashes(first!)) assert.equal(hash, locked.get(name), name);
});
