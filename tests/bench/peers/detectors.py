"""`knn` and `open-set` in PyTorch, as whole processes: from IDX files to a model file, and to NDJSON.

    detectors.py train open-set --images FILE --labels FILE --hold-out 0 --keep N --calibrate N \
        --out MODEL --threads N
    detectors.py score MODEL --images FILE --threads N
"""

import argparse
import gzip
import json
import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

DIRECTIONS, COMPONENTS, NEIGHBOURS, LOCAL_NEIGHBOURS = 6, 32, 3, 10
BLUR, MAP_BLUR, STRIDE = 0.5, 1.0, 2
REFERENCES = 10_000
STEPS, BATCH, LEARNING_RATE, SMOOTHING = 781, 128, 3e-3, 0.05
TINY = 1e-9


def read_idx(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        data = file.read()
    shape = np.frombuffer(data, ">i4", data[3], 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)


def taps(sigma):
    radius = math.ceil(3 * sigma)
    weights = torch.exp(-torch.arange(-radius, radius + 1.0) ** 2 / (2 * sigma**2))
    return weights / weights.sum()


def blurred(x, sigma):
    """Blurs every channel of [n, channels, height, width]."""
    kernel, channels = taps(sigma), x.shape[1]
    radius = len(kernel) // 2
    across = kernel.view(1, 1, 1, -1).repeat(channels, 1, 1, 1)
    down = kernel.view(1, 1, -1, 1).repeat(channels, 1, 1, 1)
    x = F.conv2d(x, across, padding=(0, radius), groups=channels)
    return F.conv2d(x, down, padding=(radius, 0), groups=channels)


def edges(images):
    """The directions of edges of [n, height, width] bytes, vectors of length 1."""
    x = F.pad(blurred(images[:, None].float() / 255, BLUR), (1, 1, 1, 1))
    across = (x[:, 0, 1:-1, 2:] - x[:, 0, 1:-1, :-2]) / 2
    down = (x[:, 0, 2:, 1:-1] - x[:, 0, :-2, 1:-1]) / 2
    strength = torch.sqrt(across**2 + down**2)
    turn = torch.atan2(down, across) % math.pi / math.pi * DIRECTIONS
    low = turn.floor()
    share = turn - low
    low = low.long() % DIRECTIONS
    maps = torch.zeros(len(images), DIRECTIONS, *images.shape[1:])
    maps.scatter_add_(1, low[:, None], (strength * (1 - share))[:, None])
    maps.scatter_add_(1, ((low + 1) % DIRECTIONS)[:, None], (strength * share)[:, None])
    maps = blurred(maps, MAP_BLUR)[:, :, ::STRIDE, ::STRIDE].flatten(1)
    return F.normalize(maps.clamp_min(0).sqrt(), eps=1e-12)


def all_edges(images):
    return torch.cat([edges(part) for part in images.split(5000)])


def nearest(queries, rows, count):
    """Squared distances and places of the nearest rows."""
    halves = (rows * rows).sum(1) / 2
    squares, places = [], []
    for part in queries.split(1000):
        values, at = (part @ rows.T - halves).topk(min(count, len(rows)), 1)
        squares.append(((part * part).sum(1, keepdim=True) - 2 * values).clamp_min(TINY))
        places.append(at)
    return torch.cat(squares), torch.cat(places)


def own_scales(rows):
    """The log of each row's mean distance to its nearest others among some."""
    references = torch.linspace(0, len(rows) - 1, min(REFERENCES, len(rows))).long()
    squares, _ = nearest(rows, rows[references], NEIGHBOURS + 1)
    isReference = torch.zeros(len(rows), dtype=torch.bool)
    isReference[references] = True
    others = torch.where(isReference[:, None], squares[:, 1:], squares[:, :-1])
    return others.sqrt().mean(1).log()


def local_score(queries, rows, scales):
    squares, places = nearest(queries, rows, LOCAL_NEIGHBOURS)
    far = squares[:, :NEIGHBOURS].sqrt().mean(1).log()
    return far - scales[places].mean(1) / 2


def class_margin(queries, rows, scales, classes):
    """The local score by the nearest class, less half of how much farther the second is."""
    found = [(s, p) for s, p in (
        nearest(queries, rows[classes == c], LOCAL_NEIGHBOURS) for c in classes.unique())]
    members = [torch.nonzero(classes == c)[:, 0] for c in classes.unique()]
    logs = torch.stack([s[:, :NEIGHBOURS].sqrt().mean(1).log() for s, _ in found], 1).sort(1).values
    squares = torch.cat([s for s, _ in found], 1)
    near = torch.cat([scales[m[p]] for m, (_, p) in zip(members, found)], 1)
    local = near.gather(1, squares.topk(LOCAL_NEIGHBOURS, 1, largest=False).indices).mean(1)
    return logs[:, 0] - local / 2 - (logs[:, 1] - logs[:, 0]) / 2


def classifier(classes):
    def block(inputs, outputs, size):
        return [nn.Conv2d(inputs, outputs, size, 2, size // 2, bias=False),
                nn.BatchNorm2d(outputs), nn.ReLU()]
    body = nn.Sequential(*block(1, 24, 5), *block(24, 48, 3), *block(48, 96, 3),
                         nn.Flatten(), nn.Linear(96 * 16, 64))
    return nn.Sequential(body, nn.ReLU(), nn.Linear(64, classes))


def learn(images, classes):
    network = classifier(int(classes.max()) + 1)
    optimizer = torch.optim.Adam(network.parameters(), LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, STEPS)
    loss = nn.CrossEntropyLoss(label_smoothing=SMOOTHING)
    for step in range(STEPS):
        batch = torch.randint(len(images), (BATCH,))
        optimizer.zero_grad()
        loss(network(images[batch, None].float() / 255), classes[batch]).backward()
        optimizer.step()
        schedule.step()
    return network.eval()


def embeddings(network, images):
    with torch.no_grad():
        return F.normalize(
            torch.cat([network[0](part[:, None].float() / 255) for part in images.split(1000)]))


def scores(model, images):
    queries = (all_edges(images) - model["mean"]) @ model["plane"]
    if "network" not in model:
        return local_score(queries, model["rows"], model["scales"])
    margin = class_margin(queries, model["rows"], model["scales"], model["classes"])
    near = local_score(embeddings(model["network"], images), model["embeddings"], model["own"])
    units = model.get("units", [(0, 1), (0, 1)])
    return sum((part - at) / spread for part, (at, spread) in zip((margin, near), units))


def train(options):
    images = torch.from_numpy(read_idx(options.images).copy())
    labels = torch.from_numpy(read_idx(options.labels).astype(np.int64))
    images, labels = images[labels != options.hold_out], labels[labels != options.hold_out]
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(1))
    held, kept = order[:options.calibrate], order[options.calibrate:]
    kept, classes = images[kept][:options.keep], labels[kept][:options.keep]
    features = all_edges(kept)
    mean = features.mean(0)
    centred = features - mean
    _, axes = torch.linalg.eigh(centred.T @ centred / len(centred))
    plane = axes[:, -COMPONENTS:]
    rows = centred @ plane
    model = {"mean": mean, "plane": plane, "rows": rows, "scales": own_scales(rows),
             "classes": classes}
    if options.detector == "open-set":
        model["network"] = learn(kept, classes)
        model["embeddings"] = embeddings(model["network"], kept)
        model["own"] = own_scales(model["embeddings"])
    model["calibration"] = scores(model, images[held]).sort().values
    torch.save(model, options.out)


def score(options):
    model = torch.load(options.model)
    images = torch.from_numpy(read_idx(options.images).copy())
    found, calibration = scores(model, images), model["calibration"]
    above = len(calibration) - torch.searchsorted(calibration, found)
    p = (above + 1) / (len(calibration) + 1)
    for i, (value, share) in enumerate(zip(found.tolist(), p.tolist())):
        print(json.dumps({"path": f"{options.images}#{i}", "score": value, "p": share}))


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("train")
    command.set_defaults(do=train)
    command.add_argument("detector", choices=["knn", "open-set"])
    command.add_argument("--labels", required=True)
    command.add_argument("--hold-out", type=int, required=True)
    command.add_argument("--keep", type=int, required=True)
    command.add_argument("--calibrate", type=int, required=True)
    command.add_argument("--out", required=True)
    other = commands.add_parser("score")
    other.set_defaults(do=score)
    other.add_argument("model")
    for each in (command, other):
        each.add_argument("--images", required=True)
        each.add_argument("--threads", type=int, required=True)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.do(options)


main()
