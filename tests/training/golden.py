"""Writes golden.json: what PyTorch makes of optimisers, schedules and losses, for golden_test.ts.

    python3 tests/training/golden.py > tests/training/golden.json

Made in float64, so that what differs is our float32. The version stands in the file. Each optimiser takes
STEPS steps down f(w) = sum(a (w - b)^2 / 2 + c (w - b)^4 / 4), whose gradient is a (w - b) + c (w - b)^3.
"""

import json

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
STEPS, SHAPES = 12, [[3, 2], [5]]


def values(stream, count):
    """Numbers in [0, 1) without a generator that another version could change."""
    return [((stream * 7919 + i * 104729 + 17) * 48271 % 2147483647 % 1000) / 1000 for i in range(count)]


def tensors(stream):
    sizes = [torch.Size(shape).numel() for shape in SHAPES]
    return [torch.tensor(values(stream + i, n)).reshape(s) for i, (n, s) in enumerate(zip(sizes, SHAPES))]


def gradient(w, a, b, c):
    return a * (w - b) + c * (w - b) ** 3


def flat(arrays):
    return [round(x, 12) for array in arrays for x in array.detach().reshape(-1).tolist()]


def steps(make, clip=None):
    """The weights after each step."""
    a, b, c = ([10 * t + 0.1 for t in tensors(1)], tensors(11), [5 * t for t in tensors(21)])
    weights = [torch.nn.Parameter(3 * t) for t in tensors(31)]
    optimiser = make(weights)
    path = []
    for _ in range(STEPS):
        for w, *numbers in zip(weights, a, b, c):
            w.grad = gradient(w.detach(), *numbers)
        if clip is not None:
            torch.nn.utils.clip_grad_norm_(weights, clip)
        optimiser.step()
        path.append(flat(weights))
    return path


def rates(make, epochs=None, losses=None):
    """The learning rate of each step, from 1."""
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = make(optimiser)
    found = []
    for i in range(epochs or len(losses)):
        found.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step() if losses is None else schedule.step(losses[i])
    return found


class FocalLoss(torch.nn.Module):
    """As the exercise has it, without averaging, one value an image."""

    def __init__(self, gamma=0.25, alpha=2.0, p_th=0.0):
        super().__init__()
        self.gamma, self.alpha, self.p_th = gamma, alpha, p_th

    def forward(self, pred, target):
        binary = (target > self.p_th).to(pred.dtype)
        pt = pred * binary + (1 - pred) * (1 - binary)
        pt = pt + 1e-8
        return -self.alpha * torch.log(pt) * torch.pow(1 - pt, self.gamma)


def loss(function, output):
    """The loss of each image, and the gradient of the first plus twice the second by what goes in."""
    shape = [2, 3, 4, 1]
    x = torch.tensor(values(50, 24)).reshape(shape)
    x = torch.where(x < 0.4, torch.zeros_like(x), x)
    logits = (8 * torch.tensor(values(60, 24)).reshape(shape) - 4).requires_grad_()
    p = torch.sigmoid(logits) if output == "sigmoid" else logits
    losses = function(p, x).reshape(2, -1).sum(1)
    (losses * torch.tensor([1.0, 2.0])).sum().backward()
    return {"losses": flat([losses]), "gradient": flat([logits.grad])}


S, A, W, R = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW, torch.optim.RMSprop
L = torch.optim.lr_scheduler
HELD_OUT = [5, 4, 4.1, 4.2, 4.3, 3.9, 3.95, 3.91, 3.90001, 3.92, 3.8, 3.9, 3.9, 3.9, 3.9, 3.9]


def pixel(name, **more):
    return lambda p, x: getattr(F, name)(p, x, reduction="none", **more)


print(json.dumps({
    "madeBy": f"PyTorch {torch.__version__}",
    "shapes": SHAPES,
    "a": [10 * x + 0.1 for x in flat(tensors(1))],
    "b": flat(tensors(11)),
    "c": [5 * x for x in flat(tensors(21))],
    "start": [3 * x for x in flat(tensors(31))],
    "steps": {
        "sgd": steps(lambda w: S(w, lr=0.02)),
        "sgd, momentum": steps(lambda w: S(w, lr=0.02, momentum=0.9)),
        "sgd, momentum, decay": steps(lambda w: S(w, lr=0.02, momentum=0.5, weight_decay=0.3)),
        "adam": steps(lambda w: A(w, lr=0.05)),
        "adam, decay": steps(lambda w: A(w, lr=0.05, weight_decay=0.3)),
        "adamw": steps(lambda w: W(w, lr=0.05)),
        "adamw, decay": steps(lambda w: W(w, lr=0.05, weight_decay=0.3)),
        "rmsprop": steps(lambda w: R(w, lr=0.02)),
        "rmsprop, momentum, decay": steps(lambda w: R(w, lr=0.01, momentum=0.8, weight_decay=0.3)),
        "sgd, clip": steps(lambda w: S(w, lr=0.02, momentum=0.9), clip=4.0),
    },
    "rates": {
        "exponential:0.8": rates(lambda o: L.ExponentialLR(o, 0.8), 10),
        "cosine": rates(lambda o: L.CosineAnnealingLR(o, 20), 20),
        "one-cycle": rates(lambda o: L.OneCycleLR(o, 1.0, total_steps=20, cycle_momentum=False), 19),
        "plateau:0.5,2": rates(lambda o: L.ReduceLROnPlateau(o, factor=0.5, patience=2), losses=HELD_OUT),
    },
    "heldOut": HELD_OUT,
    "x": [0 if v < 0.4 else v for v in values(50, 24)],
    "logits": [8 * v - 4 for v in values(60, 24)],
    "losses": {
        "mse sigmoid": loss(pixel("mse_loss"), "sigmoid"),
        "bce sigmoid": loss(pixel("binary_cross_entropy"), "sigmoid"),
        "l1 sigmoid": loss(pixel("l1_loss"), "sigmoid"),
        "huber:0.2 sigmoid": loss(pixel("huber_loss", delta=0.2), "sigmoid"),
        "focal sigmoid": loss(FocalLoss(), "sigmoid"),
        "focal:2,0.5,0.6 sigmoid": loss(FocalLoss(2, 0.5, 0.6), "sigmoid"),
        "mse linear": loss(pixel("mse_loss"), "linear"),
        "l1 linear": loss(pixel("l1_loss"), "linear"),
        "huber:1.5 linear": loss(pixel("huber_loss", delta=1.5), "linear"),
    },
}))
