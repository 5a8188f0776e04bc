/** Images and models in files of a temporary folder; each is made once, on demand. */

import { encodePng, isFailed, readSources } from "../../mod.ts";
import { startOurs } from "./context.ts";
import type { Options } from "./options.ts";
import { peerScript, PYTHONS } from "./peer.ts";
import { drawBlobs, encodeIdx, encodeLabels } from "./pictures.ts";

const DIGIT_FILES = ["train-images-idx3-ubyte", "train-images-idx3-ubyte.gz"];

/** Makes images and models. */
export class Inputs {
  readonly #folder: string;
  readonly #options: Options;
  readonly #made = new Map<string, Promise<string>>();

  /**
   * @param folder Folder for the files.
   * @param options Folders of real images, and the Python whose Pillow makes JPEG files.
   */
  constructor(folder: string, options: Options) {
    this.#folder = folder;
    this.#options = options;
  }

  /**
   * An IDX file with at least `count` square images: MNIST if it is available in that size.
   *
   * @param count Number of images.
   * @param side Width and height.
   */
  images(count: number, side: number): Promise<string> {
    return this.#once(`images-${side}-${count}`, async (path) => {
      if (side === 28 && this.#options.mnist !== undefined && count <= 60_000) {
        for (const name of DIGIT_FILES) {
          const file = `${this.#options.mnist}/${name}`;
          if (await exists(file)) return file;
        }
        throw new Error(`Cannot find "${DIGIT_FILES[1]}" in ${this.#options.mnist}`);
      }
      await Deno.writeFile(path, encodeIdx(drawBlobs(count, side), count, side));
      return path;
    });
  }

  /**
   * IDX files of digits with their labels: one half of MNIST, or synthetic images.
   *
   * @param part To learn, or to score.
   * @param count Number of synthetic images.
   */
  async labelledImages(
    part: "train" | "t10k",
    count: number,
  ): Promise<{ readonly images: string; readonly labels: string }> {
    const { mnist, quick } = this.#options;
    const digits = quick ? undefined : mnist;
    const folder = digits ?? await this.folder("labelled");
    const name = (kind: string) => `${folder}/${part}-${kind}-ubyte${digits ? ".gz" : ""}`;
    const images = name("images-idx3"), labels = name("labels-idx1");
    if (!digits) {
      await Deno.writeFile(images, encodeIdx(drawBlobs(count, 28), count, 28));
      await Deno.writeFile(labels, encodeLabels(count));
    }
    return { images, labels };
  }

  /** A folder of its own for further files. */
  folder(name: string): Promise<string> {
    return this.#once(`folder-${name}`, (path) => Deno.mkdir(path).then(() => path));
  }

  /** A folder of `count` PNG files of 28 x 28. */
  pngs(count: number): Promise<string> {
    return this.#once(`png-${count}`, async (path) => {
      await Deno.mkdir(path);
      let i = 0;
      for await (const entry of readSources([await this.images(count, 28)], { limit: count })) {
        if (isFailed(entry)) throw entry.error;
        const name = String(i++).padStart(6, "0");
        await Deno.writeFile(`${path}/${name}.png`, await encodePng(entry.image));
      }
      return path;
    });
  }

  /** A folder of JPEG files: `--photos`, or `count` synthetic pictures of 640 x 480. */
  photos(count: number): Promise<string> {
    return this.#once(`jpeg-${count}`, async (path) => {
      if (this.#options.photos !== undefined) return this.#options.photos;
      await Deno.mkdir(path);
      const args = ["-B", peerScript("photos.py"), path, String(count), "640x480"];
      const { python } = this.#options;
      for (const program of python === undefined ? PYTHONS : [python]) {
        const made = await new Deno.Command(program, { args, stderr: "null" }).output()
          .catch(() => undefined); // there is no such program
        if (made?.success) return path;
      }
      throw new Error("Cannot make JPEG files as there must be a Python with Pillow, or --photos");
    });
  }

  /**
   * A model file, trained briefly.
   *
   * @param network Its architecture.
   * @param latent Units of its latent.
   * @param data Its training images.
   * @param size Size to which images are resized.
   * @param images Number of training images.
   */
  model(
    network: string,
    latent: number,
    data: string,
    size?: { readonly width: number; readonly height: number },
    images = 600,
  ): Promise<string> {
    const name = `${network}-${latent}-${size?.width ?? "any"}-${images}.safetensors`;
    return this.#once(name, async (out) => {
      await using ours = startOurs(this.#options);
      await ours.ask({ do: "make", network, latent, data, images, size, out });
      return out;
    });
  }

  #once(name: string, make: (path: string) => Promise<string>): Promise<string> {
    const made = this.#made.get(name) ?? make(`${this.#folder}/${name}`);
    this.#made.set(name, made);
    return made;
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
