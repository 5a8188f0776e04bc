/** What each command may do: the table that the binary cuts its permissions down to. */

/** A kind of permission, as Deno names it. */
type PermissionKind = "read" | "write" | "net" | "env" | "run" | "ffi" | "sys";

/** The environment variables that stray and its packages look at. */
export const ENV_NAMES: readonly string[] = ["INIT_CWD"];

/**
 * The kinds of permission that a command keeps, besides those environment variables.
 *
 * `data` alone has the network, and all of it: `--mirror` may name any host, servers send on to
 * others, and a permission set in deno.json cannot be narrowed by a flag. What comes over it is
 * written only to `--out`, and gets its name only if its hash is the one in the table.
 */
export const PERMISSIONS = {
  simulate: ["read", "write"],
  train: ["read", "write"],
  score: ["read"],
  evaluate: [],
  label: [],
  info: ["read"],
  summary: ["read"],
  doctor: ["read"],
  data: ["read", "write", "net"],
  demo: ["read", "write"],
  embed: ["read", "write"],
  neighbours: ["read"],
  sample: ["read", "write"],
  reconstruct: ["read", "write"],
  sweep: ["read", "write"],
} as const satisfies Readonly<Record<string, readonly PermissionKind[]>>;

/** What a flag adds to a command's permissions, where the task has not got them: `deno task stray`. */
const WITH_FLAG: Readonly<
  Record<string, { readonly flag: string; readonly kind: PermissionKind }>
> = { score: { flag: "--heatmaps", kind: "write" } };

const KINDS: readonly PermissionKind[] = ["read", "write", "net", "env", "run", "ffi", "sys"];

/**
 * Gives up every permission that a command does not need; asks nothing.
 *
 * A command that reads files keeps the environment variables that were granted; one that does not
 * needs none.
 *
 * @param command The command.
 * @param args What follows it.
 */
export function keepPermissionsOf(
  command: keyof typeof PERMISSIONS,
  args: readonly string[] = [],
): void {
  const kept: PermissionKind[] = [...PERMISSIONS[command]];
  const { flag, kind } = WITH_FLAG[command] ?? {};
  if (kind && args.some((arg) => arg === flag || arg.startsWith(`${flag}=`))) kept.push(kind);
  for (const name of KINDS) {
    if (kept.includes(name) || (name === "env" && kept.length > 0)) continue;
    Deno.permissions.revokeSync({ name });
  }
}

/** Gives up writing: for a run of a command that has nothing to write. */
export function giveUpWriting(): void {
  Deno.permissions.revokeSync({ name: "write" });
}
