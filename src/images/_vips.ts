/**
 * The decoder of last resort: libvips in WebAssembly (npm package wasm-vips), for formats and variants
 * that the decoders here do not read.
 *
 * It takes .4 s to start and 150 MB, so that it runs in a Worker of its own, which starts with the
 * first such image and ends when none has come for a while. A file that crashes it ends only that
 * Worker.
 */

import { StrayError } from "../errors.ts";
import { WorkerClient, workerEntry } from "../workers/mod.ts";
import { damaged, type DecoderContext, NeedsMemory, readPartIndex, refused } from "./_limits.ts";
import { VIPS_MISSING, VIPS_REMEDY } from "./_vips_library.ts";
import type { VipsJob, VipsReply, VipsTask } from "./_vips_worker.ts";
import type { Image } from "./image.ts";

/** The library has nothing to do for so long, in ms, before it is closed. */
const IDLE_MS = 2000;
/** Memory of larger images is freed at once. */
const LARGE_BYTES = 1 << 24;
/** Maximum duration of one image, in ms: damaged files can keep a decoder busy for ever. */
const LIMIT_MS = 300_000;

/** A Worker with libvips, started on demand. */
class VipsHost {
  readonly #task: VipsTask;
  #client: WorkerClient<VipsJob, VipsReply> | undefined;
  #jobs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(libraries: VipsTask["libraries"]) {
    this.#task = { libraries };
  }

  /** Decodes an image; rejects with a `StrayError`, or any error if the Worker ended. */
  async decode(job: VipsJob): Promise<VipsReply> {
    clearTimeout(this.#timer);
    let isLarge = false;
    const client = this.#client ??= new WorkerClient<VipsJob, VipsReply>(
      workerEntry("vips"),
      this.#task,
    );
    this.#jobs++;
    const late = Promise.withResolvers<never>();
    const limit = setTimeout(() => late.reject(new Error("it takes too long")), LIMIT_MS);
    try {
      await client.ready;
      const reply = await Promise.race([client.run(job), late.promise]);
      // WebAssembly gives memory back only with its Worker.
      isLarge = "data" in reply && reply.data.byteLength > LARGE_BYTES;
      return reply;
    } catch (error) {
      if (!(error instanceof StrayError) && this.#client === client) this.#close();
      throw error;
    } finally {
      clearTimeout(limit);
      if (--this.#jobs === 0) {
        if (isLarge) this.#close();
        else this.#timer = setTimeout(() => this.#close(), IDLE_MS);
      }
    }
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#client?.close();
    this.#client = undefined;
  }
}

const PLAIN = new VipsHost([]);
const HEIF = new VipsHost(["vips-heif.wasm"]);
const JXL = new VipsHost(["vips-jxl.wasm"]);

/** Decodes AVIF, and HEIC as far as the library has its codec. */
export async function decodeHeif(bytes: Uint8Array, context: DecoderContext): Promise<Image> {
  return await decode(HEIF, "HEIF", bytes, "", context);
}

/** Decodes JPEG XL. */
export async function decodeJxl(bytes: Uint8Array, context: DecoderContext): Promise<Image> {
  return await decode(JXL, "JPEG XL", bytes, "", context);
}

/**
 * Decodes a variant of a format that has a decoder here.
 *
 * @param select The page, as an option of libvips.
 */
export async function decodeVariant(
  title: string,
  bytes: Uint8Array,
  select: string,
  context: DecoderContext,
): Promise<Image> {
  const page = select === "" ? readPartIndex(context, "frames", undefined) : undefined;
  const options = page === undefined ? select : `page=${page}`;
  return await decode(PLAIN, title, bytes, options, context);
}

async function decode(
  host: VipsHost,
  title: string,
  bytes: Uint8Array,
  select: string,
  context: DecoderContext,
): Promise<Image> {
  try {
    // A copy, as the bytes may lie in shared memory.
    const reply = await host.decode({ bytes: bytes.slice(), select, title, context });
    if ("needed" in reply) throw new NeedsMemory(reply.needed);
    return reply;
  } catch (error) {
    if (error instanceof StrayError || error instanceof NeedsMemory) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    if (reason === VIPS_MISSING) throw refused(context, VIPS_MISSING, VIPS_REMEDY);
    throw damaged(context, `its ${title} data are damaged: ${reason}`, error);
  }
}
