"""The peer's side of the benchmark: answers each line of requests with a line.

`train` gets a network and data ready, `epoch` trains for one pass; `load` opens a model file of
stray, `score` scores all images once. Times are measured here, so starting up does not count.
"""

import ctypes
import gzip
import json
import sys
import time

import numpy as np
import torch

from model_file import load
from networks import build, training_loss
from neighbours import brute_force
from scores import SCORES

DEVICE = torch.device("cpu")
OPENBLAS = []


def read_idx(path, limit):
    """The first images of an IDX file as [count, height, width] bytes."""
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        count, height, width = np.frombuffer(file.read(16), ">i4")[1:]
        count = min(count, limit)
        pixels = np.frombuffer(bytearray(file.read(count * height * width)), np.uint8)
    return pixels.reshape(count, height, width)


def set_threads(threads, one_core=False):
    """PyTorch's own threads; its products are OpenBLAS's, which uses all cores unless it is told."""
    torch.set_num_threads(threads)
    for library in OPENBLAS:
        library.openblas_set_num_threads(1 if one_core else library.openblas_get_num_procs())


def find_openblas():
    with open("/proc/self/maps") as maps:
        paths = {line.split()[-1] for line in maps if "openblas" in line}
    return [ctypes.CDLL(path) for path in sorted(paths)]


def synchronise():
    if DEVICE.type == "cuda":
        torch.cuda.synchronize()


class Training:
    """A network in training; an epoch is one pass over the images in a new order."""

    def __init__(self, request):
        torch.manual_seed(0)
        pixels = read_idx(request["data"], request["images"])
        self.x = torch.from_numpy(pixels).unsqueeze(1).float().div_(255).to(DEVICE)
        _, height, width = pixels.shape
        # With channels last the convolutional networks train a few per cent faster, on CPUs too.
        self.model = build(request["network"], height, width, 1, request["latent"]) \
            .to(DEVICE, memory_format=torch.channels_last)
        self.loss, self.batch = request["loss"], request["batch"]
        self.optimiser = torch.optim.Adam(self.model.parameters(), lr=request["learningRate"])

    def epoch(self, request):
        set_threads(request["threads"], request.get("oneCore", False))
        self.model.train()
        total = torch.zeros((), device=DEVICE)
        start = time.perf_counter()
        for indices in torch.randperm(len(self.x), device=DEVICE).split(self.batch):
            x = self.x[indices]
            loss = training_loss(self.model, x, self.loss)
            self.optimiser.zero_grad(set_to_none=True)
            loss.backward()
            self.optimiser.step()
            total += loss.detach() * len(indices)
        synchronise()
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "images": len(self.x), "result": total.item() / len(self.x)}


class Scoring:
    """A model file in use.

    `forward` goes from floats in memory to one score per image, `stream` from bytes to p-values.
    """

    def __init__(self, request):
        self.pixels = torch.from_numpy(read_idx(request["data"], request["images"])).unsqueeze(1)
        self.prepared = self.pixels.float().div_(255)
        self.model, calibrations = load(request["model"])
        self.model.to(DEVICE)
        self.brute = None
        self.calibration = np.sort(calibrations[request["score"]])
        self.score, self.batch = SCORES[request["score"]], request["batch"]

    def run_brute(self):
        """All images at once by scikit-learn, in all threads."""
        self.brute = self.brute or brute_force(self.model)
        start = time.perf_counter()
        scores = self.brute(self.pixels.float().div_(255))
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "images": len(scores), "result": float(scores.mean())}

    @torch.inference_mode()
    def run(self, request):
        if request.get("library") == "sklearn":
            return self.run_brute()
        set_threads(request["threads"], request.get("oneCore", False))
        stream = request["way"] == "stream"
        scores = np.empty(len(self.pixels), np.float32)
        ranks = np.empty(len(self.pixels))
        starts = range(0, len(scores), self.batch)
        start = time.perf_counter()
        for at in (at for _ in range(request["rounds"]) for at in starts):
            part = slice(at, at + self.batch)
            if stream:
                x = self.pixels[part].to(DEVICE).float().div_(255)
            else:
                x = self.prepared[part].to(DEVICE)
            scores[part] = self.score(self.model, x).cpu().numpy()
            if stream:
                above = len(self.calibration) - np.searchsorted(self.calibration, scores[part])
                ranks[part] = (above + 1) / (len(self.calibration) + 1)
        seconds = time.perf_counter() - start
        images = len(scores) * request["rounds"]
        return {"seconds": seconds, "images": images, "result": float(scores.mean())}


def main():
    global DEVICE, OPENBLAS
    OPENBLAS = find_openblas()
    training = scoring = None
    for line in sys.stdin:
        request = json.loads(line)
        kind, answer = request["do"], {}
        if kind == "hello":
            if request["cuda"] and torch.cuda.is_available():
                DEVICE = torch.device("cuda")
            answer = {"torch": torch.__version__, "device": describe_device()}
        elif kind == "train":
            training = Training(request)
        elif kind == "epoch":
            answer = training.epoch(request)
        elif kind == "load":
            scoring = Scoring(request)
        elif kind == "score":
            answer = scoring.run(request)
        print(json.dumps(answer), flush=True)


def describe_device():
    return torch.cuda.get_device_name() if DEVICE.type == "cuda" else "cpu"


if __name__ == "__main__":
    main()
