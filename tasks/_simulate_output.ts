/** Where `simulate` writes: a folder, or stdout. */

import { type CommandContext, Rate } from "../src/cli/mod.ts";
import {
  allImages,
  ImageFolder,
  packTar,
  simulateAll,
  type SimulateAllOptions,
  type SimulatedImage,
  type SimulationSettings,
  type TarFile,
} from "../src/simulation/mod.ts";

type Context = CommandContext<"out" | "stdout">;

/**
 * Makes the images that a folder lacks.
 *
 * @param out The folder, as the user gave it.
 * @param settings What the images are made by.
 * @param context What the command is given.
 * @param options How many threads.
 * @throws {StrayError} If the folder holds other images, or cannot be written; it can be taken up again.
 */
export async function writeFolder(
  out: string,
  settings: SimulationSettings,
  context: Context,
  options: SimulateAllOptions,
): Promise<void> {
  const { stderr, stdout, resolve, flags } = context;
  const folder = await ImageFolder.open(resolve(out), settings, out);
  const tell = async (record: { readonly path: string; readonly label: string }) => {
    if (flags.stdout !== "paths") return;
    const path = `${out.replace(/\/+$/, "")}/${record.path}`;
    await stdout.write(JSON.stringify({ path, label: record.label }));
  };
  try {
    const { missing } = folder, all = allImages(settings).length;
    if (missing.length < all) {
      stderr.info(`${out}: ${all - missing.length} images are there already`);
    }
    for (const record of folder.present) await tell(record);
    const rate = new Rate();
    let count = 0;
    for await (const image of simulateAll(missing, settings, options)) {
      folder.write(image);
      await tell(image.record);
      stderr.progress(rate.of(++count, missing.length));
    }
    await folder.finish();
    stderr.progress(undefined);
    stderr.info(`wrote ${out}: ${missing.length === 0 ? "nothing was missing" : rate.summary()}`);
  } catch (error) {
    stderr.progress(undefined);
    folder.close();
    if (options.signal?.aborted) stderr.info("what was made is kept: run it again to go on");
    throw error;
  }
}

/**
 * Streams images to stdout: a tar file with the manifest at its end, or NDJSON with the files in it.
 *
 * @param settings What the images are made by.
 * @param context What the command is given.
 * @param options How many threads.
 */
export async function writeStream(
  settings: SimulationSettings,
  { stdout, stderr, flags }: Context,
  options: SimulateAllOptions,
): Promise<void> {
  const ids = allImages(settings), rate = new Rate();
  async function* images(): AsyncGenerator<SimulatedImage> {
    let count = 0;
    for await (const image of simulateAll(ids, settings, options)) {
      yield image;
      stderr.progress(rate.of(++count, ids.length));
    }
  }
  if (flags.stdout === "tar") {
    for await (const bytes of packTar(filesOf(images()))) await stdout.writeBytes(bytes);
  } else {
    for await (const { record, bytes } of images()) {
      await stdout.write(JSON.stringify({ ...record, base64: bytes.toBase64() }));
    }
  }
  stderr.progress(undefined);
  stderr.info(`wrote ${rate.summary()}`);
}

/** The files of images, and the manifest. */
async function* filesOf(images: AsyncIterable<SimulatedImage>): AsyncGenerator<TarFile> {
  const utf8 = new TextEncoder(), lines: string[] = [];
  for await (const { record, bytes, maps } of images) {
    lines.push(`${JSON.stringify(record)}\n`);
    yield { name: record.path, bytes };
    if (!maps) continue;
    const name = `maps/${record.path.replace(/\.[a-z]+$/, "")}`;
    yield { name: `${name}.npz`, bytes: maps.npz };
    yield { name: `${name}.json`, bytes: utf8.encode(maps.curves) };
  }
  yield { name: "manifest.ndjson", bytes: utf8.encode(lines.join("")) };
}
