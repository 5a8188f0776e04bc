"""Scores images by a stray model with the layers of `vae`, `cae` or `dense`; see ../model-file.md."""
import json, numpy as np, torch
from torch.nn import functional as F
NONLINEAR = dict(linear=lambda x: x, relu=F.relu, selu=F.selu, sigmoid=torch.sigmoid, tanh=torch.tanh)

def load(path):  # the architecture, with the input, the score's name and the tensors
    data = open(path, "rb").read()
    start = 8 + int.from_bytes(data[:8], "little")
    header, values = json.loads(data[8:start]), torch.tensor(np.frombuffer(data, "<f4", offset=start))
    meta = header.pop("__metadata__")
    cut = lambda t: values[t["data_offsets"][0] // 4:t["data_offsets"][1] // 4].reshape(t["shape"])
    return {**json.loads(meta["architecture"]), "input": json.loads(meta["input"]), "score": meta["score"],
            "tensors": {name: cut(t) for name, t in header.items()}}

def run(tensors, part, layers, x):  # images are NHWC between layers
    for i, layer in enumerate(layers):
        kind, w = layer["type"], lambda name: tensors.get(f"{part}/{i}_{layer['type']}/{name}")
        if kind.startswith("conv2d"):
            a, b = layer["pad"] if isinstance(layer["pad"], list) else [layer["pad"]] * 2
            rest = w("kernel").permute(3, 2, 0, 1), w("bias"), layer["stride"]  # to OIHW; transposed to IOHW
            y = x.permute(0, 3, 1, 2)
            y = F.conv2d(F.pad(y, (a, b, a, b)), *rest) if kind == "conv2d" else F.conv_transpose2d(y, *rest)
            x = (y if kind == "conv2d" else F.pad(y, (-a, -b, -a, -b))).permute(0, 2, 3, 1)
        elif kind == "dense": x = x @ w("kernel") + w("bias")
        elif kind == "batchNorm": x = (x - w("mean")) / (w("variance") + 1e-5).sqrt() * w("gamma") + w("beta")
        elif kind == "reshape": x = x.reshape(-1, *layer["shape"])
        elif kind == "upsample": x = F.interpolate(
            x.permute(0, 3, 1, 2), scale_factor=layer["factor"], mode="bilinear").permute(0, 2, 3, 1)
        x = NONLINEAR[layer.get("activation", "linear")](x)
    return x

def blurred_squares(x):  # [batch, height, width]
    k, planes = torch.tensor([1, 4, 6, 4, 1]) / 16, x.permute(0, 3, 1, 2)
    y = F.conv2d(planes.flatten(0, 1)[:, None], torch.outer(k, k)[None, None], padding=2)
    return (y ** 2).reshape(planes.shape).mean(1)

def code_length(x):
    planes = x.permute(0, 3, 1, 2).flatten(0, 1)
    b = F.pad((planes >= 0.5).long(), (1, 1, 1, 0))
    context = b[:, 1:, :-2] + 4 * b[:, :-1, :-2] + 2 * b[:, :-1, 1:-1] + 8 * b[:, :-1, 2:]
    inside = F.one_hot(context, 16).flatten(1, 2)
    count, ones = inside.sum(1).float(), (inside * planes.flatten(1)[..., None]).sum(1)
    cost = lambda part: -torch.special.xlogy(part.clamp(min=0), part / count.clamp(min=1))
    return (count.clamp(min=1).log() / 2 + cost(ones) + cost(count - ones)).reshape(len(x), -1).sum(1)

def scores(model, x):  # by name, of images [batch, height, width, channels] as the model sees them
    t, n, code, kl = model["tensors"], model["latent"], run(model["tensors"], "encoder", model["encoder"], x), 0
    if n > 0:
        code, log_variance = (code @ t["latent/0_dense/kernel"] + t["latent/0_dense/bias"]).split(n, 1)
        kl = (code ** 2 + log_variance.exp() - log_variance - 1).sum(1) / 2
    logits = run(t, "decoder", model["decoder"], code)
    y = logits if model.get("output") == "linear" else logits.sigmoid()
    error = blurred_squares(x - y) / (blurred_squares(x).mean((1, 2)) + 1e-4).sqrt()[:, None, None]
    loss = F.binary_cross_entropy_with_logits(logits, x, reduction="none") if model["loss"] == "bce" else (x - y) ** 2
    loss = loss.flatten(1).sum(1) + model["beta"] * kl
    return dict(blurred_mse=error.mean((1, 2)), mse=((x - y) ** 2).flatten(1).mean(1), max_error=error.amax((1, 2)),
                negative_elbo=loss, loss=loss, input_complexity=loss - code_length(x))
