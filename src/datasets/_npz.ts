/** Finding an array in an `.npz`, which is a zip file of `.npy` members. */

import { closeSync, openSync } from "node:fs";
// @ts-types="@types/yauzl"
import type { Entry } from "yauzl";
import { StrayError } from "../errors.ts";
import { ByteReader } from "./_byte_reader.ts";
import { readFailure } from "./_failure.ts";
import { labelKeyOf } from "./_labels.ts";

/** An array in an `.npz`. */
export interface NpzArray {
  readonly key: string;
  /** Opens it at the start of its npy header. */
  open(): Promise<ByteReader>;
}

/** What a selector, such as `x_test` or `x_test#12`, picks in an `.npz`. */
export interface NpzChoice {
  readonly images: NpzArray;
  /** The labels' array, if there is one by the customary name. */
  readonly labels?: NpzArray;
  /** The rest of the selector: the index of one image. */
  readonly index?: number;
}

/**
 * Picks the array of images, and that of its labels.
 *
 * @param path The file.
 * @param name The file as the user gave it, for messages.
 * @param selector `KEY`, `KEY#INDEX`, `INDEX` or nothing; a key wins over an index.
 */
export async function chooseInNpz(
  path: string,
  name: string,
  selector: string | undefined,
): Promise<NpzChoice> {
  const members = await readMembers(path, name);
  const { key, index } = chooseKey([...members.keys()], name, selector);
  const labels = members.get(labelKeyOf(key) ?? "");
  return {
    images: members.get(key) as NpzArray,
    ...(labels && { labels }),
    ...(index !== undefined && { index }),
  };
}

function chooseKey(
  keys: readonly string[],
  name: string,
  selector: string | undefined,
): { readonly key: string; readonly index?: number } {
  if (keys.length === 0) {
    throw new StrayError(
      "empty",
      `Cannot read ${JSON.stringify(name)} as it must hold at least one npy array`,
      { hint: "unpack a zip file of images and give the folder" },
    );
  }
  if (selector !== undefined) {
    if (keys.includes(selector)) return { key: selector };
    const [, key, index] = /^(?:(.*)#)?(\d+)$/s.exec(selector) ?? [];
    if (key !== undefined && keys.includes(key)) return { key, index: Number(index) };
    if (index !== undefined && key === undefined) {
      return { ...chooseKey(keys, name, undefined), index: Number(index) };
    }
  }
  const labels = new Set(keys.map(labelKeyOf));
  const images = keys.filter((key) => !labels.has(key));
  const [only] = images;
  if (selector === undefined && images.length === 1 && only !== undefined) return { key: only };
  const quoted = keys.map((key) => JSON.stringify(key)).join(", ");
  throw new StrayError(
    "value",
    `Cannot read ${JSON.stringify(name)} as its key must be one of ${quoted}: ` +
      `current value is ${selector === undefined ? "not given" : JSON.stringify(selector)}`,
    { hint: only === undefined ? undefined : `name one array, such as ${name}#${only}` },
  );
}

/** The arrays of the zip file, by key. */
async function readMembers(path: string, name: string): Promise<Map<string, NpzArray>> {
  // @ts-types="@types/yauzl"
  const { fromFdPromise } = await import("yauzl");
  const members = new Map<string, NpzArray>();
  const fd = openSync(path, "r"); // by hand, as yauzl's own closing cannot be waited for
  try {
    const zip = await fromFdPromise(fd, { autoClose: false });
    for await (const entry of zip.eachEntry()) {
      if (!entry.fileName.endsWith(".npy")) continue;
      const key = entry.fileName.slice(0, -".npy".length);
      // Its name and extra field may be longer there than in the directory.
      const header = await zip.readLocalFileHeaderPromise(entry, { minimal: true })
        .catch(() => undefined);
      members.set(key, {
        key,
        open: () => openMember(path, name, entry, header?.fileDataStart),
      });
    }
  } catch (error) {
    const known = error instanceof Error && !("code" in error) && error.constructor === Error;
    if (!known) throw readFailure(error, name);
    throw new StrayError(
      "decode",
      `Cannot read ${JSON.stringify(name)} as its zip directory is damaged: ${error.message}`,
      { cause: error },
    );
  } finally {
    closeSync(fd);
  }
  return members;
}

const STORED = 0;
const DEFLATED = 8;

/** Opens a member whose bytes start where its local header, if that is whole, says. */
async function openMember(
  path: string,
  name: string,
  entry: Entry,
  from: number | undefined,
): Promise<ByteReader> {
  const { compressionMethod: method, compressedSize: length } = entry;
  const member = JSON.stringify(entry.fileName);
  if (entry.isEncrypted() || (method !== STORED && method !== DEFLATED)) {
    throw new StrayError(
      "format",
      `Cannot read ${JSON.stringify(name)} as its member ${member} must be stored or deflated: ` +
        `current method is ${entry.isEncrypted() ? "encrypted" : method}`,
    );
  }
  if (from === undefined) {
    throw new StrayError(
      "decode",
      `Cannot read ${JSON.stringify(name)} as the zip header of its member ${member} is damaged`,
    );
  }
  const reader = await ByteReader.openFile(path, { from, length });
  return method === STORED ? reader : reader.decompress("deflate-raw");
}
