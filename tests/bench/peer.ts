/** The peer: a Python with PyTorch, NumPy and Pillow, and the ways in which it is run. */

import { fileURLToPath } from "node:url";
import type { Options } from "./options.ts";
import { Side } from "./side.ts";

/** Debian's Python has Debian's packages, whatever else comes first. */
export const PYTHONS: readonly string[] = ["python3", "/usr/bin/python3"];
const PROBE = "import torch, numpy, PIL; print(torch.__version__, PIL.__version__, " +
  "torch.cuda.get_device_name() if torch.cuda.is_available() else 'no CUDA', sep='|')";

/** A peer that is there. */
export interface Peer {
  /** The Python. */
  readonly python: string;
  /** Versions, in words. */
  readonly name: string;
  /** Numbers of threads that are tried; the best counts. */
  readonly threads: readonly number[];
  /** Whether it computes on a GPU. */
  readonly cuda: boolean;
}

/**
 * Looks for the peer.
 *
 * @param options What was asked for.
 * @returns The peer, or a word on why there is none.
 */
export async function findPeer(options: Options): Promise<Peer | string> {
  if (!options.peers) return "not asked for (--peers)";
  const candidates = options.python === undefined ? PYTHONS : [options.python];
  for (const python of candidates) {
    const found = await probe(python);
    if (!found) continue;
    const [torch, pillow, gpu = "no CUDA"] = found;
    const cuda = options.backend === "webgpu" && gpu !== "no CUDA";
    const name = `PyTorch ${torch}, Pillow ${pillow}${cuda ? `, ${gpu}` : ""}`;
    return { python, name, cuda, threads: cuda ? [1] : [1, 2] };
  }
  return `no PyTorch, NumPy and Pillow in ${candidates.join(", ")}`;
}

async function probe(python: string): Promise<string[] | undefined> {
  try {
    const args = ["-c", PROBE];
    const { success, stdout } = await new Deno.Command(python, { args, stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout).trim().split("|") : undefined;
  } catch {
    return undefined; // there is no such program
  }
}

/** The path of one of the peer's scripts. */
export function peerScript(name: string): string {
  return fileURLToPath(new URL(`peers/${name}`, import.meta.url));
}

/** Starts the peer's side. */
export async function startPeer(peer: Peer): Promise<Side> {
  // -B: no compiled scripts are left beside the sources.
  const side = new Side(peer.python, ["-B", peerScript("serve.py")]);
  await side.ask({ do: "hello", cuda: peer.cuda, backend: "cpu" });
  return side;
}

/** What a number of threads is called in the table. */
export function wayName(threads: number): string {
  return `PyTorch, ${threads} thread${threads > 1 ? "s" : ""}`;
}
