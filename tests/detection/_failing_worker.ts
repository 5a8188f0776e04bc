/** A Worker that says it is ready, and fails at its first batch. */

let told = false;
addEventListener("message", () => {
  if (told) throw new Error("out of luck");
  told = true;
  (globalThis as unknown as { postMessage(message: string): void }).postMessage("ready");
});
