/** The files of a command line: refuses outputs that are also inputs, which they would destroy. */

import { fileIdentity } from "../file_identity.ts";
import { dirname } from "../path.ts";
import type { StrayError } from "../errors.ts";
import type { Command, CommandFiles } from "./command.ts";
import type { FlagEntry, PathRole } from "./flag_entry.ts";
import { type FlagName, FLAGS, type FlagValues } from "./flags.ts";
import { usageError } from "./usage_error.ts";

/** A file or folder on the command line. */
interface NamedFile {
  /** Its flag with dashes, or the operand's name. */
  readonly flag: string;
  /** Its name, as the user gave it. */
  readonly name: string;
  readonly role: PathRole;
  readonly identity: string;
}

/**
 * Finds the files that a command line names, and refuses an output that is an input or another output.
 *
 * Files are told apart by device and inode, so that links and other spellings of a path count too. A
 * checkpoint may replace the one that the training resumes from.
 *
 * @param command The command.
 * @param flags Its flags.
 * @param operands Its operands.
 * @param resolve Makes a path absolute.
 * @returns Identities of the files that are read and of those that are written.
 * @throws {StrayError} `usage` If one file has two roles.
 */
export function checkFileRoles<F extends FlagName>(
  command: Command<F>,
  flags: FlagValues<F>,
  operands: readonly string[],
  resolve: (path: string) => string,
): CommandFiles {
  const files: NamedFile[] = [];
  const add = (flag: string, name: string, role: PathRole) => {
    files.push({ flag, name, role, identity: identify(resolve(name), role) });
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
  for (const name of command.operands?.path === "reads" ? operands : []) {
    if (name !== "-") add(command.operands!.name, name, "reads");
  }
  for (const name of command.furtherOutputs?.(flags) ?? []) add("--out", name, "writes");
  const inputs = files.filter(({ role }) => role === "reads");
  const outputs = files.filter(({ role }) => role !== "reads")
    .sort((a, b) => Number(b.flag === "--out") - Number(a.flag === "--out")); // it is named last
  for (const [i, output] of outputs.entries()) {
    const others = [...inputs.filter((input) => !continues(output, input)), ...outputs.slice(0, i)];
    const same = others.find(({ identity }) => identity === output.identity);
    if (same) throw sameFile(output, same);
    if (output.role !== "fills") continue;
    const above = foldersAbove(resolve(output.name));
    const source = inputs.find(({ identity }) => above.includes(identity));
    if (source) throw insideSource(output, source);
  }
  const identities = (named: readonly NamedFile[]) => new Set(named.map((file) => file.identity));
  return { inputs: identities(inputs), outputs: identities(outputs) };
}

/** The identity of a file, or for an input `FILE#PART` that of the file. */
function identify(path: string, role: PathRole): string {
  const at = path.lastIndexOf("#");
  if (role !== "reads" || at < 0 || exists(path)) return fileIdentity(path);
  return identify(path.slice(0, at), role);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
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

function sameFile(output: NamedFile, { flag, name, role }: NamedFile): StrayError {
  const other = role === "reads" ? `${flag} "${name}"` : flag;
  return usageError(
    `Cannot use ${output.flag} as it must be another file than ${other}: ` +
      `current value is "${output.name}"`,
    role === "reads"
      ? "the input would be destroyed: give another name"
      : "one would take the other's place: give another name",
  );
}

function insideSource({ flag, name }: NamedFile, source: NamedFile): StrayError {
  return usageError(
    `Cannot use ${flag} as it must be outside of ${source.flag} "${source.name}": ` +
      `current value is "${name}"`,
    "its files would be read as images",
  );
}
