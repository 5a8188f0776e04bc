/** The images of the folder fixtures, and what Pillow says is in them. */

import { concatenate } from "../../src/concatenate.ts";

/** One entry of expected.json. */
export interface Expected {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly white: number;
  /** The most that a sample may differ. */
  readonly tolerance: number;
  /** Samples of 1, 2 or (floats) 4 bytes, little-endian, in base64. */
  readonly pixels: string;
}

/** The samples of an entry. */
export function expectedPixels(
  { white, pixels }: Expected,
): Uint8Array | Uint16Array | Float32Array {
  const bytes = Uint8Array.fromBase64(pixels);
  if (white === 255) return bytes;
  return white === 1 ? new Float32Array(bytes.buffer) : new Uint16Array(bytes.buffer);
}

/** The bytes of a fixture. */
export function readFixture(name: string): Uint8Array<ArrayBuffer> {
  return Deno.readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
}

/** Bytes one after the other. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return concatenate(Uint8Array, parts);
}

/** All entries of expected.json, and of that in the folder `rare`. */
export function readExpected(): Map<string, Expected> {
  return new Map([...readEntries(""), ...readEntries("rare/")]);
}

function readEntries(folder: string): [string, Expected][] {
  const text = new TextDecoder().decode(readFixture(`${folder}expected.json`));
  const files: [string, Expected][] = Object.entries(JSON.parse(text).files);
  return files.map(([name, expected]) => [folder + name, expected]);
}
