/** The peer: a Python with PyTorch, NumPy and Pillow, and the ways to run it. */

import { fileURLToPath } from "node:url";
import type { Options } from "./options.ts";
import type { PeerThreads } from "./protocol.ts";
import { Side } from "./side.ts";

/** Debian's Python has Debian's packages, whichever Python is first in PATH. */
export const PYTHONS: readonly string[] = ["python3", "/usr/bin/python3"];
const PROBE = "import torch, numpy, PIL; from importlib.util import find_spec; " +
  "print(torch.__version__, PIL.__version__, bool(find_spec('sklearn')), " +
  "torch.cuda.get_device_name() if torch.cuda.is_available() else 'no CUDA', sep='|')";

/** An available peer. */
export interface Peer {
  /** Path of the Python. */
  readonly python: string;
  /** Versions of its packages. */
  readonly name: string;
  /** Numbers of threads to try; the fastest counts. */
  readonly threads: readonly number[];
  /** Whether it computes on a GPU. */
  readonly cuda: boolean;
  /** Whether it has scikit-learn. */
  readonly scikitLearn: boolean;
}

/**
 * Finds the peer.
 *
 * @param options The command line.
 * @returns The peer, or the reason why there is none.
 */
export async function findPeer(options: Options): Promise<Peer | string> {
  if (!options.peers) return "not asked for (--peers)";
  const candidates = options.python === undefined ? PYTHONS : [options.python];
  for (const python of candidates) {
    const found = await probe(python);
    if (!found) continue;
    const [torch, pillow, sklearn, gpu = "no CUDA"] = found;
    const cuda = options.backend === "webgpu" && gpu !== "no CUDA";
    const name = `PyTorch ${torch}, Pillow ${pillow}${cuda ? `, ${gpu}` : ""}`;
    const scikitLearn = sklearn === "True";
    return { python, name, cuda, scikitLearn, threads: cuda ? [1] : [1, 2] };
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
  // -B: writes no compiled scripts beside the sources.
  const side = new Side(peer.python, ["-B", peerScript("serve.py")]);
  await side.ask({ do: "hello", cuda: peer.cuda, backend: "cpu" });
  return side;
}

/** All choices of threads for a peer: on some machines small products take longer on all cores than on one. */
export function peerThreads(peer: Peer): readonly PeerThreads[] {
  const choices = peer.threads.map((threads) => ({ threads }));
  return peer.cuda ? choices : [...choices, { threads: 1, oneCore: true }];
}

/** Name of a choice of threads in the table. */
export function wayName({ threads, oneCore = false }: PeerThreads): string {
  if (threads > 1) return `PyTorch, ${threads} threads`;
  return oneCore ? "PyTorch, 1 core" : "PyTorch, 1 thread, products on all cores";
}
