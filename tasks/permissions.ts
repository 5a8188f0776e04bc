/** Permissions of commands: the binary starts with all of them and gives up what a command lacks. */

/** A permission, as Deno names it. */
type Permission = "read" | "write" | "net" | "env" | "run" | "ffi" | "sys";

const ALL: readonly Permission[] = ["read", "write", "net", "env", "run", "ffi", "sys"];

/** Environment variables that say how stderr is written; every command may read them. */
const TERMINAL_NAMES: readonly string[] = ["FORCE_COLOR", "TERM"];
/** Environment variables of commands that read files. */
const FILE_NAMES: readonly string[] = ["INIT_CWD", "XDG_RUNTIME_DIR"];

/** A permission that only some flags need. */
interface FlagPermission {
  readonly flags: readonly string[];
  readonly permission: Permission;
}

/** The permissions of a command. */
export interface Permissions {
  /** Its permissions, besides environment variables. */
  readonly permissions: readonly Permission[];
  /** Environment variables that it reads, besides those of all commands. @default {none} */
  readonly env?: readonly string[];
  /** A permission that only a flag requires; its own task lacks it, `deno task stray` has it. */
  readonly withFlag?: FlagPermission;
  /** One of `permissions` that its task has for some flags: a call without them gives it up. */
  readonly onlyWith?: FlagPermission;
}

/**
 * The permissions of one call.
 *
 * @param command The permissions of the command.
 * @param args Its arguments.
 * @returns The permissions of the call, besides the environment variables.
 */
export function permissionsFor(
  { permissions, withFlag, onlyWith }: Permissions,
  args: readonly string[],
): Permission[] {
  const isNeeded = ({ flags }: FlagPermission) =>
    args.some((arg) => flags.some((flag) => arg === flag || arg.startsWith(`${flag}=`)));
  const unused = onlyWith && !isNeeded(onlyWith) ? onlyWith.permission : undefined;
  const kept = permissions.filter((permission) => permission !== unused);
  return withFlag && isNeeded(withFlag) ? [...kept, withFlag.permission] : kept;
}

/**
 * The environment variables that a command may read.
 *
 * @param command Its permissions.
 * @returns Their names, as deno.json has them.
 */
export function environmentOf({ permissions, env = [] }: Permissions): string[] {
  return [...permissions.length > 0 ? FILE_NAMES : [], ...TERMINAL_NAMES, ...env];
}

/**
 * Gives up every permission that a command does not need, without prompts.
 *
 * A command that reads files keeps the environment variables that were granted; others need none.
 */
export function keepPermissions(command: Permissions, args: readonly string[] = []): void {
  const kept = permissionsFor(command, args);
  for (const name of ALL) {
    if (kept.includes(name) || (name === "env" && kept.length > 0)) continue;
    Deno.permissions.revokeSync({ name });
  }
}
