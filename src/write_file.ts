/** Files written whole or not at all. */

import { StrayError } from "./errors.ts";
import { followLinks } from "./file_identity.ts";
import { basename, dirname, join } from "./path.ts";

/** Where bytes for a path go. */
type Place =
  /** A plain file, or none yet: replaced as a whole. */
  | { readonly kind: "file"; readonly path: string; readonly mode: number | undefined }
  /** A pipe or device: written to. */
  | { readonly kind: "stream"; readonly path: string }
  | { readonly kind: "stdout" };

/** A path that no file can be written to. */
class WrongPlace extends Error {
  /** The remedy. */
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** Names of stdout, which Deno opens for no program with limited permissions. */
const STDOUT = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];
/** Longest name of a file, in bytes, on all common file systems. */
const MAX_NAME = 255;
/** The name of a temporary file; the first part tells whose. */
const TEMPORARY = /^\.(.+)\.[0-9a-f]{8}\.partial$/s;

/**
 * Writes a file under a temporary name beside it, then renames it: a reader of the path finds the
 * whole old file or the whole new one. The old file survives a failure.
 *
 * A symbolic link stays one: the file that it names is replaced. A file keeps its mode. Pipes, devices
 * and `/dev/stdout` are written to.
 *
 * @param path The file.
 * @param bytes Its content.
 * @throws {StrayError} `write` If the disk is full, or the folder is missing or not writable.
 */
export async function writeFileAtomically(path: string, bytes: Uint8Array): Promise<void> {
  try {
    const place = await findPlace(path);
    if (place.kind === "stdout") await writeAll(Deno.stdout, bytes);
    else if (place.kind === "file") await replaceFile(place, bytes);
    else {
      using stream = await Deno.open(place.path, { write: true });
      await writeAll(stream, bytes);
    }
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}

/**
 * Whether a path is stdout, a pipe or a device, which are only written from beginning to end.
 *
 * @param path The path.
 * @returns Whether it is; false where there is no file yet.
 */
export async function isStream(path: string): Promise<boolean> {
  if (STDOUT.includes(path)) return true;
  try {
    const { isFile, isDirectory } = await Deno.stat(path);
    return !isFile && !isDirectory;
  } catch (error) {
    return isDevice(path, error);
  }
}

/** The error for content that was kept in another file than the one wanted. */
export class KeptElsewhere extends StrayError {
  /** The file that has the content. */
  readonly kept: string;

  /**
   * Adds the file to the reason.
   *
   * @param failure The reason.
   * @param path The wanted file.
   * @param kept The file that has the content.
   */
  constructor(failure: StrayError, path: string, kept: string) {
    super("write", `${failure.message}: its content is in "${kept}"`, {
      hint: `${failure.hint}, then move it: mv "${kept}" "${path}"`,
      cause: failure,
    });
    this.kept = kept;
  }
}

/**
 * Writes a file as `writeFileAtomically` does; where that fails, keeps its content under another name, in
 * the same folder, in others, or in one for temporary files.
 *
 * @param path The file.
 * @param bytes Its content, which took long to make.
 * @param folders Other folders, the best first.
 * @throws {KeptElsewhere} If the file could not be written, but another was.
 * @throws {StrayError} `write` If none could be.
 */
export async function writeOrKeep(
  path: string,
  bytes: Uint8Array,
  folders: readonly string[] = [],
): Promise<void> {
  try {
    return await writeFileAtomically(path, bytes);
  } catch (error) {
    const failure = error as StrayError;
    const name = `kept-${crypto.randomUUID().slice(0, 8)}-${basename(path).slice(-60)}`;
    const attempts = [dirname(path), ...folders].map((folder) => () => Promise.resolve(folder));
    for (const folder of [...attempts, () => Deno.makeTempDir({ prefix: "stray-" })]) {
      let kept: string;
      try {
        kept = join(await folder(), name);
        await writeFileAtomically(kept, bytes);
      } catch {
        continue;
      }
      throw new KeptElsewhere(failure, path, kept);
    }
    throw failure;
  }
}

/**
 * Checks that `writeFileAtomically` can write a file, before work that would be lost; removes what
 * killed programs left of it.
 *
 * @param path The file.
 * @throws {StrayError} `write` If the folder is missing or not writable, or the path is a folder.
 */
export async function checkWritable(path: string): Promise<void> {
  try {
    const place = await findPlace(path);
    if (place.kind !== "file") return;
    let temporary = "";
    const file = await openTemporary(place.path, undefined, (name) => temporary = name);
    try {
      await Deno.remove(temporary);
    } finally {
      file.close(); // releases the lock
    }
    await removeRemains(dirname(place.path), temporaryStem(place.path));
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}

/**
 * Makes a folder, and those above it, if it does not exist; removes temporary files that killed
 * programs left in it.
 *
 * @param path The folder.
 * @throws {StrayError} `write` If it cannot be made, as where a file has its name.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true });
    await removeRemains(path);
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}

/** Whether a path names a device, of which Deno tells a program with limited permissions nothing. */
function isDevice(path: string, error: unknown): boolean {
  return error instanceof Deno.errors.NotCapable && /^\/(dev|proc)\//.test(path);
}

async function findPlace(path: string): Promise<Place> {
  if (STDOUT.includes(path)) return { kind: "stdout" };
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
  } catch (error) {
    if (isDevice(path, error)) {
      throw new WrongPlace(
        "it must be a file, a named pipe or /dev/stdout: it is a device",
        "give the name of a file",
      );
    }
    return { kind: "file", path: followLinks(path), mode: undefined };
  }
  if (info.isDirectory) {
    throw new WrongPlace(
      "it must be a file: it is a folder",
      "give another name, or that of a file in it",
    );
  }
  if (!info.isFile) return { kind: "stream", path };
  const mode = info.mode === null ? undefined : info.mode & 0o777;
  return { kind: "file", path: followLinks(path), mode };
}

async function replaceFile(
  { path, mode }: Place & { readonly kind: "file" },
  bytes: Uint8Array,
): Promise<void> {
  let temporary: string | undefined;
  // A second Ctrl-C ends the program while it writes.
  const remove = () => temporary !== undefined && removeIfThere(temporary);
  addEventListener("unload", remove);
  try {
    const file = await openTemporary(path, mode, (name) => temporary = name);
    try {
      await writeAll(file, bytes);
      await file.sync();
      await Deno.rename(temporary!, path);
    } finally {
      file.close(); // releases the lock, once no other program can take it for a remainder
    }
  } catch (cause) {
    remove();
    throw cause;
  } finally {
    removeEventListener("unload", remove);
  }
}

/** Creates a temporary file and locks it, so that other programs leave it alone; its name is told before. */
async function openTemporary(
  path: string,
  mode: number | undefined,
  onName: (temporary: string) => void,
): Promise<Deno.FsFile> {
  for (;;) {
    const id = crypto.randomUUID().slice(0, 8);
    const temporary = join(dirname(path), `.${temporaryStem(path)}.${id}.partial`);
    onName(temporary);
    const file = await Deno.open(temporary, {
      write: true,
      createNew: true,
      ...mode !== undefined && { mode },
    });
    try {
      await file.lock(true).catch(() => {}); // some network file systems have no locks
      // Another program may have removed it before it was locked.
      if ((await file.stat()).nlink === 0) {
        file.close();
        continue;
      }
      if (mode !== undefined) await Deno.chmod(temporary, mode);
      return file;
    } catch (error) {
      file.close();
      removeIfThere(temporary);
      throw error;
    }
  }
}

/** The beginning of a temporary name: the file's name, cut so that the whole is short enough. */
function temporaryStem(path: string): string {
  const most = MAX_NAME - "..01234567.partial".length;
  const { read } = new TextEncoder().encodeInto(basename(path), new Uint8Array(most));
  return basename(path).slice(0, read);
}

/**
 * Removes temporary files of killed programs: those that no running program has locked.
 *
 * @param folder The folder.
 * @param stem The beginning of the names of one file's. @default {those of all files}
 */
export async function removeRemains(folder: string, stem?: string): Promise<void> {
  const names: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    const found = isFile ? TEMPORARY.exec(name)?.[1] : undefined;
    if (found !== undefined && (stem === undefined || found === stem)) names.push(name);
  }
  for (const name of names) {
    try {
      using file = await Deno.open(join(folder, name), { write: true });
      if (await file.tryLock(true)) await Deno.remove(join(folder, name));
    } catch {
      // Another user's, or removed meanwhile.
    }
  }
}

async function writeAll(
  file: { write(bytes: Uint8Array): Promise<number> },
  bytes: Uint8Array,
): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It does not exist, or cannot be removed.
  }
}

/**
 * Converts the failure of writing a file or folder.
 *
 * @param path The file or folder.
 * @param cause The failure.
 * @returns An error `write` with a hint.
 */
export function writeFailure(path: string, cause: unknown): StrayError {
  const folder = dirname(path);
  return new StrayError("write", `Cannot write "${path}" as ${writeReason(path, cause)}`, {
    hint: isMissingFolder(cause)
      ? `make it: mkdir -p "${folder}"`
      : cause instanceof WrongPlace
      ? cause.hint
      : cause instanceof Deno.errors.BrokenPipe
      ? "write a file, and let the reader take parts of that"
      : cause instanceof Deno.errors.AlreadyExists
      ? "give another name"
      : `check that "${folder}" is a writable folder with free space`,
    cause,
  });
}

/**
 * The reason why a file or folder could not be written, in words.
 *
 * @param path The file or folder.
 * @param cause The failure.
 * @returns The reason, without the name of a temporary file.
 */
export function writeReason(path: string, cause: unknown): string {
  if (isMissingFolder(cause)) return `its folder must exist: there is no "${dirname(path)}"`;
  if (cause instanceof Deno.errors.AlreadyExists) return "it must be a folder: it is a file";
  if (cause instanceof Deno.errors.BrokenPipe) {
    return "its reader must read to its end: it has ended";
  }
  // Without the path that Deno adds.
  return (cause instanceof Error ? cause.message : String(cause)).replace(/: \w+ '.*$/s, "");
}

function isMissingFolder(cause: unknown): boolean {
  return cause instanceof Deno.errors.NotFound;
}
