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

/** The newest version by name. */
function newest({ npm }: Lock): Map<string, string> {
  const found = new Map<string, string>();
  for (const key of Object.keys(npm)) {
    const [, name, version] = /^(@?[^@]+)@([^_]+)/.exec(key)!;
    const numbers = (text: string) => text.split(".").map((part) => part.padStart(6, "0")).join();
    const known = found.get(name!);
    if (known === undefined || numbers(version!) > numbers(known)) found.set(name!, version!);
  }
  return found;
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

Deno.test("the newest version of a package is the same in both: one that is not declared resolves to it", async () => {
  const [first, all] = await Promise.all(["deno.lock", LOCK.replace("--lock=", "")].map(readLock));
  const locked = newest(all!);
  for (const [name, version] of newest(first!)) assert.equal(version, locked.get(name), name);
});
