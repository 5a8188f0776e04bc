"""Golden outputs of the frozen network: PyTorch on the same weights and made images.

Run: python3 tests/models/patchcore/mobilenet_golden.py > tests/models/patchcore/mobilenet_golden.json
"""

import base64
import json
import pathlib
import re
import zlib

import numpy as np
import torch
import torch.nn.functional as F

ROOT = pathlib.Path(__file__).parents[3]
MODULE = ROOT / "src/models/patchcore/network/weights.generated.ts"
packed = re.search(r'"([A-Za-z0-9+/=]+)"', MODULE.read_text()).group(1)
numbers = np.frombuffer(zlib.decompress(base64.b64decode(packed), -15), np.float16)
numbers = torch.tensor(numbers.astype(np.float32))
taken = 0


def take(*shape):
    global taken
    count = int(np.prod(shape))
    taken += count
    return numbers[taken - count:taken].reshape(shape)


def same(x, size, stride):
    """TensorFlow's SAME padding: the odd pixel goes to the right and the bottom."""
    pads = []
    for length in (x.shape[3], x.shape[2]):
        total = max((-(-length // stride) - 1) * stride + size - length, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads)


def layer(size, stride, inputs, outputs, depthwise=False, relu6=True):
    kernel = take(size, size, inputs, 1 if depthwise else outputs)
    kernel = kernel.permute(2, 3, 0, 1) if depthwise else kernel.permute(3, 2, 0, 1)
    biases = take(outputs)

    def run(x):
        y = F.conv2d(same(x, size, stride), kernel, biases, stride, groups=inputs if depthwise else 1)
        return y.clamp(0, 6) if relu6 else y

    return run


stem = layer(3, 2, 3, 32)
blocks, width = [], 32
for factor, outputs, count, stride in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1)]:
    for i in range(count):
        wide, step = width * factor, stride if i == 0 else 1
        layers = [] if factor == 1 else [layer(1, 1, width, wide)]
        layers += [layer(3, step, wide, wide, depthwise=True), layer(1, 1, wide, outputs, relu6=False)]
        blocks.append((layers, step == 1 and width == outputs))
        width = outputs
assert taken == len(numbers), (taken, len(numbers))


def image(height, width):
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    planes = [
        0.5 + 0.5 * np.sin(x / 7 + y / 11),
        ((x * 3 + y * 5) % 17) / 16,
        0.5 + 0.4 * np.cos((x - width / 2) ** 2 / 300 + (y - height / 3) ** 2 / 200),
    ]
    return torch.tensor(np.stack(planes).astype(np.float32))[None]


cases = []
for height, width in [(96, 128), (101, 75)]:
    x, outputs = stem(image(height, width) * 2 - 1), []
    for number, (layers, residual) in enumerate(blocks):
        y = x
        for run in layers:
            y = run(y)
        x = x + y if residual else y
        if number in (2, 5, 9, 12):
            found = x[0].permute(1, 2, 0)
            values = found.reshape(-1)[::97].tolist()
            text = " ".join(f"{value:.7g}" for value in values)
            outputs.append({"block": number, "shape": list(found.shape), "every97th": text})
    cases.append({"height": height, "width": width, "outputs": outputs})
print(json.dumps({"torch": torch.__version__, "cases": cases}, indent=2))
