"""The scores of stray in PyTorch, one value per image."""

import torch
import torch.nn.functional as F

from networks import reconstruct

BLUR = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0]) / 16
DARK = 1e-4


def blur(x):
    """A binomial blur of one pixel; outside the image is 0."""
    channels = x.shape[1]
    weight = BLUR.to(x.device).expand(channels, 1, 5)
    x = F.conv2d(x, weight.unsqueeze(3), padding=(2, 0), groups=channels)
    return F.conv2d(x, weight.unsqueeze(2), padding=(0, 2), groups=channels)


def mse(model, x):
    """Mean squared error."""
    return (x - reconstruct(model, x)).square().mean(dim=(1, 2, 3))


def blurred_mse(model, x):
    """Squared error after a blur, over the image's root mean square."""
    error = blur(x - reconstruct(model, x)).square().mean(dim=(1, 2, 3))
    return error / (blur(x).square().mean(dim=(1, 2, 3)) + DARK).sqrt()


def distance(model, x):
    """Distance to the nearest kept image."""
    return model(x)


SCORES = {"mse": mse, "blurred_mse": blurred_mse, "distance": distance}
