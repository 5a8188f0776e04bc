/** Arrays in an npz, a zip file of npy members. */

import { closeSync, openSync } from "node:fs";
// @ts-types="@types/yauzl"
import type { Entry } from "yauzl";
import { ByteReader } from "./_byte_reader.ts";
import { cannotRead, readFailure } from "./_errors.ts";
import { labelKeyOf } from "./_labels.ts";

/** An array in an npz. */
export interface NpzArray {
  /** `FILE.npz#KEY`. */
  readonly name: string;
  /** Opens the array at its npy header. */
  open(): Promise<ByteReader>;
}

/**
 * Chooses the array of images, and that of labels by its customary name.
 *
 * @param selector `KEY`, `KEY#INDEX`, `INDEX` or nothing; a key precedes an index.
 */
export async function chooseInNpz(
  path: string,
  name: string,
  selector: string | undefined,
): Promise<{
  readonly images: NpzArray;
  readonly labels: NpzArray | undefined;
  readonly index: number | undefined;
}> {
  const members = await readMembers(path, name);
  const { key, index } = chooseKey([...members.keys()], name, selector);
  return { images: members.get(key)!, labels: members.get(labelKeyOf(key) ?? ""), index };
}

function chooseKey(
  keys: readonly string[],
  name: string,
  selector: string | undefined,
): { readonly key: string; readonly index: number | undefined } {
  if (keys.length === 0) {
    const hint = "unpack a zip file of images and give the folder";
    throw cannotRead("empty", name, "it must hold at least one npy array", hint);
  }
  if (selector !== undefined) {
    if (keys.includes(selector)) return { key: selector, index: undefined };
    const [, key, index] = /^(?:(.*)#)?(\d+)$/s.exec(selector) ?? [];
    if (key !== undefined && keys.includes(key)) return { key, index: Number(index) };
    if (index !== undefined && key === undefined) {
      return { ...chooseKey(keys, name, undefined), index: Number(index) };
    }
  }
  const labels = new Set(keys.map(labelKeyOf));
  const images = keys.filter((key) => !labels.has(key));
  const [only] = images;
  if (selector === undefined && images.length === 1) return { key: only!, index: undefined };
  const quoted = keys.map((key) => JSON.stringify(key)).join(", ");
  const current = selector === undefined ? "missing" : JSON.stringify(selector);
  const reason = `its key must be one of ${quoted}: current value is ${current}`;
  const hint = only === undefined ? undefined : `name one array, such as ${name}#${only}`;
  throw cannotRead("value", name, reason, hint);
}

/** All arrays of the zip file, by key. */
async function readMembers(path: string, name: string): Promise<Map<string, NpzArray>> {
  // @ts-types="@types/yauzl"
  const { fromFdPromise } = await import("yauzl");
  const members = new Map<string, NpzArray>();
  const fd = openSync(path, "r"); // opened here, as yauzl's closing cannot be awaited
  try {
    const zip = await fromFdPromise(fd, { autoClose: false });
    for await (const entry of zip.eachEntry()) {
      if (!entry.fileName.endsWith(".npy")) continue;
      const key = entry.fileName.slice(0, -".npy".length);
      // Lengths of name and extra field can differ from those in the directory.
      const header = await zip.readLocalFileHeaderPromise(entry, { minimal: true })
        .catch(() => undefined);
      const open = () => openMember(path, name, entry, header?.fileDataStart);
      members.set(key, { name: `${name}#${key}`, open });
    }
  } catch (error) {
    const known = error instanceof Error && !("code" in error) && error.constructor === Error;
    if (!known) throw readFailure(error, name);
    const reason = `its zip directory is damaged: ${error.message}`;
    throw cannotRead("decode", name, reason, undefined, error);
  } finally {
    closeSync(fd);
  }
  return members;
}

const STORED = 0;
const DEFLATED = 8;

/** Opens a member, whose bytes start at `from`; undefined if its local header is damaged. */
async function openMember(
  path: string,
  name: string,
  entry: Entry,
  from: number | undefined,
): Promise<ByteReader> {
  const { compressionMethod: method, compressedSize: length } = entry;
  const member = JSON.stringify(entry.fileName);
  if (entry.isEncrypted() || (method !== STORED && method !== DEFLATED)) {
    const current = entry.isEncrypted() ? "encrypted" : method;
    const reason = `its member ${member} must be stored or deflated: current method is ${current}`;
    throw cannotRead("format", name, reason);
  }
  if (from === undefined) {
    throw cannotRead("decode", name, `the zip header of its member ${member} is damaged`);
  }
  const reader = await ByteReader.openFile(path, { from, length });
  return method === STORED ? reader : reader.decompress("deflate-raw");
}
