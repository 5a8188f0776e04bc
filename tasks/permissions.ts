/** Permissions of commands: the binary starts with all of them and gives up what a command lacks. */

/** A permission, as Deno names it. */
type Permission = "read" | "write" | "net" | "env" | "run" | "ffi" | "sys";

const ALL: readonly Permission[] = ["read", "write", "net", "env", "run", "ffi", "sys"];

/** Environment variables that stray and its packages read. */
export const ENV_NAMES: readonly string[] = ["INIT_CWD", "XDG_RUNTIME_DIR"];

/** The permissions of a command. */
export interface Permissions {
  /** Its permissions, besides those environment variables. */
  readonly permissions: readonly Permission[];
  /** A permission that only a flag requires; its own task lacks it, `deno task stray` has it. */
  readonly withFlag?: { readonly flags: readonly string[]; readonly permission: Permission };
}

/**
 * The permissions of one call.
 *
 * @param permissions Those of the command.
 * @param args Its arguments.
 * @returns Permissions, besides the environment variables.
 */
export function permissionsFor(
  { permissions, withFlag }: Permissions,
  args: readonly string[],
): Permission[] {
  const { flags = [], permission } = withFlag ?? {};
  const isOne = (arg: string) => flags.some((flag) => arg === flag || arg.startsWith(`${flag}=`));
  return permission && args.some(isOne) ? [...permissions, permission] : [...permissions];
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

/** Gives up writing, for a run that writes no file. */
export function giveUpWriting(): void {
  Deno.permissions.revokeSync({ name: "write" });
}
