/** Output of `simulate`: a folder, or stdout. */

import { type CommandContext, Rate } from "../src/cli/mod.ts";
import {
  allImages,
  digestOf,
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
 * Simulates the missing images of a folder.
 *
 * @param out Folder as the user wrote it.
 * @param settings Settings of the series.
 * @param context Context of the command.
 * @param options Number of threads.
 * @throws {StrayError} If the folder has images of other settings or cannot be written; the same
 *   command then resumes it.
 */
export async function writeFolder(
  out: string,
  settings: SimulationSettings,
  context: Context,
  options: SimulateAllOptions,
): Promise<void> {
  const { stderr, stdout, resolve, flags } = context;
  const folder = await ImageFolder.open(resolve(out), settings, out);
  const report = async (record: { readonly path: string; readonly label: string }) => {
    if (flags.stdout !== "paths") return;
    const path = `${out.replace(/\/+$/, "")}/${record.path}`;
    await stdout.write(JSON.stringify({ path, label: record.label }));
  };
  try {
    const { missing } = folder, all = allImages(settings).length;
    if (missing.length < all) {
      stderr.info(`${out}: ${all - missing.length} images exist already`);
    }
    if (folder.damaged > 0) {
      stderr.warn(
        `${folder.damaged} images in "${out}" are not as they were written: they are made again`,
      );
    }
    for (const record of folder.present) await report(record);
    const rate = new Rate();
    let count = 0;
    for await (const image of simulateAll(missing, settings, options)) {
      folder.write(image);
      await report(image.record);
      stderr.progress(rate.of(++count, missing.length));
    }
    await folder.finish();
    stderr.progress(undefined);
    stderr.info(`wrote ${out}: ${missing.length === 0 ? "no image was missing" : rate.summary()}`);
  } catch (error) {
    stderr.progress(undefined);
    folder.close();
    if (options.signal?.aborted) {
      stderr.info("finished images are kept: run the same command again to resume");
    }
    throw error;
  }
}

/**
 * Streams images to stdout: a tar file that ends with the manifest, or NDJSON that contains the
 * files.
 *
 * @param settings Settings of the series.
 * @param context Context of the command.
 * @param options Number of threads.
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

/** The files of the images, then the manifest. */
async function* filesOf(images: AsyncIterable<SimulatedImage>): AsyncGenerator<TarFile> {
  const utf8 = new TextEncoder(), lines: string[] = [];
  for await (const { record, bytes, maps } of images) {
    lines.push(`${JSON.stringify({ ...record, ...digestOf(bytes) })}\n`);
    yield { name: record.path, bytes };
    if (!maps) continue;
    const name = `maps/${record.path.replace(/\.[a-z]+$/, "")}`;
    yield { name: `${name}.npz`, bytes: maps.npz };
    yield { name: `${name}.json`, bytes: utf8.encode(maps.curves) };
  }
  yield { name: "manifest.ndjson", bytes: utf8.encode(lines.join("")) };
}
