/** The part of `node:crypto` that model files need, for browsers: their own hashes are asynchronous. */

import { md5 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";

/** A hash of bytes that come one after the other. */
interface Hash {
  update(data: Uint8Array | string): Hash;
  digest(encoding: "hex" | "base64"): string;
}

const ALGORITHMS = { sha256, md5 };

/** Begins a hash. */
export function createHash(algorithm: keyof typeof ALGORITHMS): Hash {
  const hash = ALGORITHMS[algorithm].create();
  const wrapped: Hash = {
    update(data) {
      hash.update(typeof data === "string" ? new TextEncoder().encode(data) : data);
      return wrapped;
    },
    digest: (encoding) => encoding === "hex" ? hash.digest().toHex() : hash.digest().toBase64(),
  };
  return wrapped;
}
