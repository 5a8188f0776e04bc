/** Memory that threads can share. */

/**
 * Allocates bytes that go to other threads without a copy.
 *
 * @param length Number of bytes.
 * @returns The bytes, zeros; of this thread alone on web pages that may not share memory.
 */
export function sharedBytes(length: number): Uint8Array {
  const shares = typeof SharedArrayBuffer !== "undefined";
  return shares ? new Uint8Array(new SharedArrayBuffer(length)) : new Uint8Array(length);
}

/** Whether other threads can have an array without a copy. */
export function isShared({ buffer }: ArrayBufferView): boolean {
  return typeof SharedArrayBuffer !== "undefined" && buffer instanceof SharedArrayBuffer;
}
