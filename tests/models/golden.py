"""Writes golden.json: what PyTorch makes of the networks, for parity_test.ts.

    python3 tests/models/golden.py > tests/models/golden.json

Made with PyTorch 1.13 and NumPy 1.24 (the file says which) in float64, so that what differs is our float32. Weights, images
and noise come from a hash of their indices (`values`), the same as in parity_test.ts, in our layouts:
kernels [height, width, in, out], of transposed convolutions [height, width, out, in], dense [in, out],
images NHWC. An LSTM's gates are in the order input, forget, cell, output in Keras, PyTorch and here;
Keras and we have kernels [in, 4 units] and one bias, PyTorch their transposes and two biases, of which
the second is 0 here.
"""

import json

import numpy as np
import torch
import torch.nn.functional as F

SIDE, BATCH, LEARNING_RATE = 28, 4, 1e-4


def values(stream, count):
    """Uniform numbers in [0, 1): the finaliser of MurmurHash3 of (stream, index)."""
    x = (np.arange(count, dtype=np.uint64) + np.uint64(stream * 0x9E3779B9 + 1)) % 2**32
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x = ((x ^ (x >> np.uint64(shift))) * np.uint64(factor)) % 2**32
    return (x ^ (x >> np.uint64(16))) / 2**32


def tensor(array):
    return torch.tensor(array.astype(np.float32).astype(np.float64))


class Network:
    """Parameters by our names, made as they are asked for; the order of asking is ours too."""

    def __init__(self):
        self.parameters, self.running, self.training = {}, {}, True

    def parameter(self, name, shape):
        if name not in self.parameters:
            stream = len(self.parameters) + len(self.running)
            u = 2 * values(stream, int(np.prod(shape))).reshape(shape) - 1
            kind = name.split("/")[-1]
            if kind == "gamma":
                u = 1 + 0.1 * u
            elif kind in ("bias", "beta"):
                u = 0.1 * u
            else:
                u = u / np.sqrt(np.prod(shape[:-1]))
            self.parameters[name] = tensor(u).requires_grad_()
        return self.parameters[name]

    def dense(self, name, x, units, activation=lambda y: y):
        kernel = self.parameter(name + "/kernel", (x.shape[-1], units))
        return activation(x @ kernel + self.parameter(name + "/bias", (units,)))

    def conv(self, name, x, filters, activation, kernel=3, stride=1, padding=1, bias=True):
        w = self.parameter(name + "/kernel", (kernel, kernel, x.shape[1], filters))
        b = self.parameter(name + "/bias", (filters,)) if bias else None
        return activation(F.conv2d(x, w.permute(3, 2, 0, 1), b, stride, padding))

    def transposed(self, name, x, filters, activation, kernel, pad, bias=True):
        """Stride 2; `pad` is before and after."""
        w = self.parameter(name + "/kernel", (kernel, kernel, filters, x.shape[1]))
        b = self.parameter(name + "/bias", (filters,)) if bias else None
        y = F.conv_transpose2d(x, w.permute(3, 2, 0, 1), b, 2)
        before, after = pad
        height, width = y.shape[2:]
        return activation(y[:, :, before : height - after, before : width - after])

    def norm(self, name, x):
        channels = x.shape[1]
        gamma, beta = (self.parameter(f"{name}/{part}", (channels,)) for part in ("gamma", "beta"))
        if name + "/mean" not in self.running:
            self.running[name + "/mean"] = torch.zeros(channels, dtype=torch.float64)
            self.running[name + "/variance"] = torch.ones(channels, dtype=torch.float64)
        mean, variance = self.running[name + "/mean"], self.running[name + "/variance"]
        return F.batch_norm(x, mean, variance, gamma, beta, self.training)

    def lstm(self, name, x, units):
        kernel = self.parameter(name + "/kernel", (x.shape[-1], 4 * units))
        recurrent = self.parameter(name + "/recurrent", (units, 4 * units))
        bias = self.parameter(name + "/bias", (4 * units,))
        weights = [kernel.T, recurrent.T, bias, torch.zeros_like(bias)]
        zeros = torch.zeros(1, len(x), units, dtype=torch.float64)
        return torch._VF.lstm(x, (zeros, zeros), weights, True, 1, 0.0, False, False, True)[0]


def linear(x):
    return x


def flat(x):
    """[batch, channels, height, width] to vectors, as NHWC."""
    return x.permute(0, 2, 3, 1).reshape(len(x), -1)


def image(x, side, channels):
    return x.reshape(len(x), side, side, channels).permute(0, 3, 1, 2)


def stacked(n, x):
    h = n.dense("encoder/1_dense", flat(x), 100, F.selu)
    h = n.dense("encoder/2_dense", h, 30, F.selu)
    h = n.dense("decoder/0_dense", h, 100, F.selu)
    return image(n.dense("decoder/1_dense", h, 784), 28, 1), 0


def conv_pool(n, x):
    for i, filters in enumerate((16, 32, 64)):
        x = F.max_pool2d(n.conv(f"encoder/{2 * i}_conv2d", x, filters, F.selu), 2)
    x = n.transposed("decoder/0_conv2dTranspose", x, 32, F.selu, 3, (0, 0))
    x = n.transposed("decoder/1_conv2dTranspose", x, 16, F.selu, 3, (0, 1))
    return n.transposed("decoder/2_conv2dTranspose", x, 1, linear, 3, (0, 1)), 0


def recurrent(n, x):
    h = n.lstm("encoder/1_lstm", x[:, 0], 100)
    h = n.lstm("encoder/2_lstm", h, 30)[:, -1]
    h = n.lstm("decoder/1_lstm", h[:, None].repeat(1, 28, 1), 100)
    return n.dense("decoder/2_dense", h, 28)[:, None], 0


def vae(n, x):
    for i, filters in ((0, 16), (3, 32)):
        x = n.conv(f"encoder/{i}_conv2d", x, filters, linear, stride=2, bias=False)
        x = F.relu(n.norm(f"encoder/{i + 1}_batchNorm", x))
    mean, logvariance = n.dense("latent/0_dense", flat(x), 16).chunk(2, 1)
    noise = tensor(2 * values(1001, mean.numel()).reshape(mean.shape) - 1)
    z = mean + noise * torch.exp(logvariance / 2) if n.training else mean
    kl = 0.5 * (mean**2 + logvariance.exp() - logvariance - 1).sum()
    x = image(n.dense("decoder/0_dense", z, 7 * 7 * 32), 7, 32)
    x = n.transposed("decoder/2_conv2dTranspose", x, 16, linear, 4, (1, 1), bias=False)
    x = F.relu(n.norm("decoder/3_batchNorm", x))
    return n.transposed("decoder/5_conv2dTranspose", x, 1, linear, 4, (1, 1), bias=False), kl


def cae(n, x):
    for i, filters, stride in ((0, 16, 2), (4, 32, 2), (8, 64, 1)):
        for j in range(3):
            name = f"encoder/{i + j}_conv2d"
            x = n.conv(name, x, filters, F.relu, stride=stride if j == 2 else 1)
        x = n.norm(f"encoder/{i + 3}_batchNorm", x)
    h = n.dense("encoder/13_dense", flat(x), 1024, F.relu)
    h = n.norm("encoder/15_batchNorm", n.dense("encoder/14_dense", h, 256))
    h = n.dense("decoder/0_dense", h, 1024, F.relu)
    x = image(n.dense("decoder/1_dense", h, 3136, F.relu), 7, 64)
    for i, filters in ((3, (64, 64, 32)), (8, (32, 32, 16))):
        for j in range(3):
            x = n.conv(f"decoder/{i + j}_conv2d", x, filters[j], F.relu)
        x = n.norm(f"decoder/{i + 3}_batchNorm", x)
        x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
    for i in (13, 14):
        x = n.conv(f"decoder/{i}_conv2d", x, 16, F.relu)
    x = n.norm("decoder/15_batchNorm", x)
    return n.conv("decoder/16_conv2d", x, 1, linear, kernel=1, padding=0), 0


def entries(array):
    """The norm, and the first, the middle and the last number."""
    line = array.detach().reshape(-1)
    return [round(float(x), 9) for x in (line.norm(), line[0], line[len(line) // 2], line[-1])]


def step(forward):
    x = image(tensor(values(1000, BATCH * SIDE * SIDE)).reshape(BATCH, -1), SIDE, 1)
    n = Network()

    def loss():
        logits, kl = forward(n, x)
        return (F.binary_cross_entropy_with_logits(logits, x, reduction="sum") + kl) / BATCH

    before = loss()
    before.backward()
    running = {name: entries(value) for name, value in n.running.items()}
    gradients = {name: entries(value.grad) for name, value in n.parameters.items()}
    with torch.no_grad():
        for value in n.parameters.values():
            value -= LEARNING_RATE * value.grad
        n.training = False
        reconstruction = entries(forward(n, x)[0].sigmoid().permute(0, 2, 3, 1))
    return {
        "loss": float(before),
        "gradients": gradients,
        "running": running,
        "reconstruction": reconstruction,
    }


def plane():
    """The exercise's points near a plane, and the mean squared error of PCA with two components."""
    np.random.seed(4)
    m, w1, w2, noise = 60, 0.1, 0.3, 0.1
    angles = np.random.rand(m) * 3 * np.pi / 2 - 0.5
    data = np.empty((m, 3))
    data[:, 0] = np.cos(angles) + np.sin(angles) / 2 + noise * np.random.randn(m) / 2
    data[:, 1] = np.sin(angles) * 0.7 + noise * np.random.randn(m) / 2
    data[:, 2] = data[:, 0] * w1 + data[:, 1] * w2 + noise * np.random.randn(m)
    data = np.round(data - data.mean(axis=0, keepdims=0), 6)
    centred = data - data.mean(axis=0)
    singular = np.linalg.svd(centred, compute_uv=False)
    return {"points": data.tolist(), "error": singular[2] ** 2 / data.size}


NETWORKS = {
    "stacked": stacked,
    "conv-pool": conv_pool,
    "recurrent": recurrent,
    "vae": vae,
    "cae": cae,
}

if __name__ == "__main__":
    golden = {
        "pytorch": torch.__version__,
        "numpy": np.__version__,
        "networks": {name: step(forward) for name, forward in NETWORKS.items()},
        "plane": plane(),
    }
    print(json.dumps(golden))
