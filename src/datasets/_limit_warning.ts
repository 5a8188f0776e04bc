/** The warning that a limit ended a stream of images before those of some labels. */

import type { CheckedSource } from "./_check_sources.ts";
import { cutText } from "../errors.ts";
import { listLabels, type PlaceOptions } from "./list_labels.ts";

/** Entries per label below which a run per label is no surprise. */
const FEW = 10;
/** Maximum length of the list of labels. */
const LIST = 100;

/** Labels and sources of the entries that a stream with a limit has yielded. */
export class LimitedEntries {
  readonly #sources: readonly CheckedSource[];
  readonly #labels = new Set<string>();
  /** Number of runs of entries of one label. */
  #runs = 0;
  #last: string | undefined;
  /** Index of the source of the last entry. */
  #at = 0;

  /** @param sources The sources, in order. */
  constructor(sources: readonly CheckedSource[]) {
    this.#sources = sources;
  }

  /** Takes note of an entry. */
  add({ path, label }: { readonly path: string; readonly label?: string }): void {
    if (label !== undefined) {
      this.#labels.add(label);
      if (label !== this.#last) this.#runs++;
      this.#last = label;
    }
    const { length } = this.#sources;
    while (this.#at < length - 1 && !this.#isOf(path, this.#sources[this.#at]!)) this.#at++;
  }

  /**
   * One line on the labels and sources that were not reached; undefined if there are none.
   *
   * @param limit The limit.
   * @param options Folder of relative paths.
   */
  async describe(limit: number, options: PlaceOptions): Promise<string | undefined> {
    const source = this.#sources[this.#at];
    if (!source) return undefined;
    const known = source.kind === "stdin" ? undefined : await listLabels([source.source], options);
    const unseen = [...known ?? []].filter((label) => !this.#labels.has(label)).sort();
    // A container that is sorted yields each label in one run; one in random order hardly does.
    const sorted = source.kind === "folder" ||
      this.#runs === this.#labels.size && limit >= FEW * this.#runs;
    const later = this.#sources.slice(this.#at + 1).map(({ source }) => source);
    const missed = [
      ...sorted && unseen.length > 0 ? [listOf("label", unseen)] : [],
      ...later.length > 0 ? [listOf("source", later)] : [],
    ];
    if (missed.length === 0) return undefined;
    return `the limit of ${limit} images was reached before any image of ${missed.join(" or ")}`;
  }

  #isOf(path: string, { kind, source }: CheckedSource): boolean {
    return kind === "stdin" || path.startsWith(source);
  }
}

/** `label a`, or `labels a, b`. */
function listOf(noun: string, names: readonly string[]): string {
  return `${noun}${names.length === 1 ? "" : "s"} ${cutText(names.join(", "), LIST)}`;
}
