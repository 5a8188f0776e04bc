"""A model file of stray, as a PyTorch network with the same weights."""

import json
import struct

import numpy as np
import torch
from torch import nn

from neighbours import Knn
from networks import build


def read_safetensors(path):
    """Tensors by name, and the metadata."""
    with open(path, "rb") as file:
        raw = file.read()
    (size,) = struct.unpack_from("<Q", raw)
    header = json.loads(raw[8 : 8 + size])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        values = np.frombuffer(raw[8 + size + start : 8 + size + end], "<f4")
        tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return tensors, metadata


def layers_of(tensors):
    """One dictionary per layer with parameters, in the order of the network."""
    groups = {}
    for name, tensor in tensors.items():
        part, _, rest = name.partition("/")
        if part in ("encoder", "latent", "decoder"):
            layer, _, parameter = rest.partition("/")
            key = (("encoder", "latent", "decoder").index(part), int(layer.split("_")[0]))
            groups.setdefault(key, {})[parameter] = tensor
    return [groups[key] for key in sorted(groups)]


def to_channels_first(values, shape):
    """The first axis from [height, width, channels] to [channels, height, width]."""
    channels, height, width = shape
    rest = values.shape[1:]
    return values.reshape(height, width, channels, *rest).permute(2, 0, 1, *range(3, 3 + len(rest))) \
        .reshape(-1, *rest)


def copy_weights(model, tensors):
    """Gives a network the weights of a model file."""
    modules = [m for m in model.modules() if not list(m.children())]
    weighted = [m for m in modules if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear,
                                                     nn.BatchNorm1d, nn.BatchNorm2d))]
    state = layers_of(tensors)
    assert len(weighted) == len(state), (len(weighted), len(state))
    for module, layer in zip(weighted, state):
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            module.weight.data.copy_(layer["gamma"])
            module.bias.data.copy_(layer["beta"])
            module.running_mean.copy_(layer["mean"])
            module.running_var.copy_(layer["variance"])
            continue
        kernel, bias = layer["kernel"], layer.get("bias")
        if isinstance(module, nn.Linear):
            at = modules.index(module)
            before = modules[at - 1] if at > 0 else None
            after = modules[at + 1] if at + 1 < len(modules) else None
            if isinstance(before, nn.Flatten):
                kernel = to_channels_first(kernel, model.inner)
            if isinstance(after, nn.Unflatten):
                kernel = to_channels_first(kernel.T, after.unflattened_size).T
                bias = to_channels_first(bias, after.unflattened_size)
            module.weight.data.copy_(kernel.T)
        else:
            # Height, width, and then the axes that PyTorch has in front, the other way round.
            module.weight.data.copy_(kernel.permute(3, 2, 0, 1))
        if bias is not None:
            module.bias.data.copy_(bias)


def load(path):
    """The network of a model file, ready to be used, and the calibration scores by score."""
    tensors, metadata = read_safetensors(path)
    spec = find_spec(metadata)
    scores = {name.split("/")[1]: t.numpy() for name, t in tensors.items()
              if name.startswith("calibration/")}
    if spec.get("kind") == "knn":
        return Knn(tensors["images"]), scores
    height, width, channels = spec["inputShape"]
    latent = spec["latent"] or [x for x in spec["encoder"] if x["type"] == "dense"][-1]["units"]
    model = build(spec["name"], height, width, channels, latent)
    copy_weights(model, tensors)
    return model.eval(), scores


def find_spec(metadata):
    """The architecture, which is JSON within the metadata."""
    for text in metadata.values():
        try:
            value = json.loads(text)
        except ValueError:
            continue
        if isinstance(value, dict):
            found = value if "inputShape" in value else value.get("spec")
            if found:
                return found
    raise ValueError("Cannot find the architecture in the model file")
