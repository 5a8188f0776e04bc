"""Image files to NDJSON, with Pillow and PyTorch: what `score` of stray does, end to end.

Decodes in a pool of processes (`--workers`) or in the process itself (0); the last line on stderr
says how long the imports took, and the rest.
"""

import time

STARTED = time.perf_counter()

import argparse
import json
import os
import sys
from multiprocessing import Pool

import numpy as np
from PIL import Image

def decode(path, size, grey):
    """A file's pixels, [channels, height, width] bytes; a JPEG is decoded no larger than needed."""
    mode = "L" if grey else "RGB"
    with Image.open(path) as image:
        image.draft(mode, size)
        image = image.convert(mode) if image.mode != mode else image
        if image.size != size:
            image = image.resize(size, Image.Resampling.BOX)
        pixels = np.asarray(image)
    return pixels[None] if grey else pixels.transpose(2, 0, 1)


def decode_batch(job):
    paths, size, grey = job
    return np.stack([decode(path, size, grey) for path in paths])


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--model", required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--device", default="cpu")
    return parser.parse_args()


def main():
    options = arguments()
    # The pool starts before PyTorch is loaded, so that its processes stay small.
    pool = Pool(options.workers) if options.workers > 0 else None
    import torch

    from model_file import load
    from scores import blurred_mse

    imported = time.perf_counter()
    torch.set_num_threads(options.threads)
    model, calibrations = load(options.model)
    model.to(options.device)
    calibration = np.sort(calibrations["blurred_mse"])
    channels, height, width = input_shape(model)
    paths = sorted(os.path.join(options.folder, name) for name in os.listdir(options.folder))
    jobs = [(paths[at : at + options.batch], (width, height), channels == 1)
            for at in range(0, len(paths), options.batch)]
    batches = pool.imap(decode_batch, jobs) if pool else map(decode_batch, jobs)
    write = sys.stdout.write
    with torch.inference_mode():
        for (names, _, _), pixels in zip(jobs, batches):
            images = torch.from_numpy(pixels).to(options.device).float().div_(255)
            scores = blurred_mse(model, images)
            scores = scores.cpu().numpy()
            above = len(calibration) - np.searchsorted(calibration, scores)
            ranks = (above + 1) / (len(calibration) + 1)
            for name, score, p in zip(names, scores.tolist(), ranks.tolist()):
                write(json.dumps({"path": name, "score": score, "p": p, "anomaly": p <= 0.05}) + "\n")
    sys.stdout.flush()
    if pool:
        pool.terminate()
    ended = time.perf_counter()
    print(json.dumps({"importSeconds": imported - STARTED, "seconds": ended - imported}),
          file=sys.stderr)


def input_shape(model):
    """[channels, height, width] of the images: what the decoder ends at."""
    import torch

    latent = model.heads.out_features // 2 if model.heads else model.decoder[0].in_features
    with torch.no_grad():
        device = next(model.parameters()).device
        return model.decoder(torch.zeros(1, latent, device=device)).shape[1:]


if __name__ == "__main__":
    main()
