/** The weights of the frozen network in an exported page: an element has them where the model needs them. */

/** The part of a page that is read. */
interface PageDocument {
  getElementById(id: string): { readonly textContent: string } | null;
}

const { document } = globalThis as unknown as { readonly document: PageDocument };

/** A raw deflate stream of half-precision numbers, in base64. */
export const WEIGHTS: string = document.getElementById("network")?.textContent ?? "";
