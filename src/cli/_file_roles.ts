/** The files of a command line: refuses outputs that are also inputs, which they would destroy. */

import { fstatSync } from "node:fs";
import { exists, fileIdentity, followLinks, inputIdentity } from "../file_identity.ts";
import { dirname } from "../path.ts";
import type { StrayError } from "../errors.ts";
import type { Command, CommandFiles } from "./command.ts";
import type { FlagEntry, PathRole } from "./flag_entry.ts";
import { type FlagName, FLAGS, type FlagValues } from "./flags.ts";
import { usageError } from "./usage_error.ts";

/** Facts about the files of sources, which the program gives. */
export interface SourceFiles {
  /** Paths of the files that may be read along with a source. */
  beside(path: string): Promise<readonly string[]>;
  /** Whether a file in a folder is read with the folder. */
  isReadInFolder(path: string): Promise<boolean>;
}

/** A file or folder on the command line. */
interface NamedFile {
  /** Its flag with dashes, or the operand's name. */
  readonly flag: string;
  /** Its name, as the user gave it. */
  readonly name: string;
  readonly role: PathRole;
  readonly identity: string;
  /** Whether it is read along with the one that is named. */
  readonly beside?: boolean;
}

/**
 * Finds the files that a command line names, and refuses an output that is an input or another output.
 *
 * Files are told apart by device and inode, so that links and other spellings of a path count too. A
 * checkpoint may replace the one that the training resumes from. An output may not replace a file that is
 * read with a folder, even one beyond `--limit`, nor one that is read along with a source, nor the file
 * that stdin comes from.
 *
 * @param command The command.
 * @param flags Its flags.
 * @param operands Its operands.
 * @param resolve Makes a path absolute.
 * @param sources Facts about the files of sources.
 * @returns Identities of the files that are read and of those that are written.
 * @throws {StrayError} `usage` If one file has two roles.
 */
export async function checkFileRoles<F extends FlagName>(
  command: Command<F>,
  flags: FlagValues<F>,
  operands: readonly string[],
  resolve: (path: string) => string,
  sources: SourceFiles,
): Promise<CommandFiles> {
  const files: NamedFile[] = [];
  const add = (flag: string, name: string, role: PathRole) => {
    const path = resolve(name), reads = role === "reads";
    files.push({ flag, name, role, identity: reads ? inputIdentity(path) : fileIdentity(path) });
  };
  for (const name of command.flags) {
    const { path, choices }: FlagEntry = FLAGS[name];
    const role = command.fills?.includes(name) ? "fills" : path;
    if (role === undefined || command.bare?.includes(name)) continue;
    const given = [flags[name] ?? []].flat() as readonly string[];
    for (const value of given) {
      const isFile = value !== "-" && !choices?.includes(value) &&
        (!command.named?.includes(name) || /\.json$/i.test(value));
      if (isFile) add(`--${name}`, value, role);
    }
  }
  const { name: operand = "", path: operandRole, words } = command.operands ?? {};
  for (const name of operandRole === "reads" ? operands.slice(words) : []) {
    if (name !== "-") add(operand, name, "reads");
  }
  const stdin = stdinIdentity();
  if (stdin !== undefined) files.push({ flag: "stdin", name: "-", role: "reads", identity: stdin });
  for (const name of command.furtherOutputs?.(flags) ?? []) add("--out", name, "writes");
  const inputs = files.filter(({ role }) => role === "reads");
  const outputs = files.filter(({ role }) => role !== "reads")
    .sort((a, b) => Number(b.flag === "--out") - Number(a.flag === "--out")); // it is named last
  if (outputs.some(({ name }) => isFile(resolve(name)))) {
    for (const input of [...inputs]) {
      for (const name of (await sources.beside(resolve(input.name))).filter(exists)) {
        inputs.push({ ...input, name, identity: fileIdentity(name), beside: true });
      }
    }
  }
  for (const [i, output] of outputs.entries()) {
    const others = [...inputs.filter((input) => !continues(output, input)), ...outputs.slice(0, i)];
    const same = others.find(({ identity }) => identity === output.identity);
    if (same) throw sameFile(output, same);
    const path = resolve(output.name), fills = output.role === "fills";
    if (!fills && !isFile(path)) continue;
    const above = fills ? foldersAbove(path) : [path, followLinks(path)].flatMap(foldersAbove);
    const source = inputs.find(({ identity }) => above.includes(identity));
    if (source && (fills || await sources.isReadInFolder(path))) throw insideSource(output, source);
  }
  const identities = (named: readonly NamedFile[]) => new Set(named.map((file) => file.identity));
  return { inputs: identities(inputs), outputs: identities(outputs) };
}

/** The identity of the file that stdin comes from; undefined for pipes, devices and terminals. */
function stdinIdentity(): string | undefined {
  try {
    const info = fstatSync(0);
    return info.isFile() ? `${info.dev}:${info.ino}` : undefined;
  } catch {
    return undefined; // it is closed
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function foldersAbove(path: string): string[] {
  const above: string[] = [];
  for (let folder = path; dirname(folder) !== folder;) {
    folder = dirname(folder);
    above.push(fileIdentity(folder));
  }
  return above;
}

/** A training may continue its own checkpoint. */
function continues(output: NamedFile, input: NamedFile): boolean {
  return output.flag === "--checkpoint" && input.flag === "--resume";
}

function sameFile(output: NamedFile, { flag, name, role, beside }: NamedFile): StrayError {
  const other = beside
    ? `"${name}", which is read with ${flag}`
    : role === "reads" && name !== "-"
    ? `${flag} "${name}"`
    : flag;
  return usageError(
    `Cannot use ${output.flag} as it must be another file than ${other}: ` +
      `current value is "${output.name}"`,
    role === "reads"
      ? "the input would be destroyed: give another name"
      : "one would take the other's place: give another name",
  );
}

function insideSource({ flag, name, role }: NamedFile, source: NamedFile): StrayError {
  return usageError(
    `Cannot use ${flag} as it must be outside of ${source.flag} "${source.name}": ` +
      `current value is "${name}"`,
    role === "fills"
      ? "its files would be read as images"
      : "a file that is read would be destroyed: give another name",
  );
}
