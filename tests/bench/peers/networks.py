"""The networks of the benchmark, as one writes them in PyTorch; their layers are those of stray."""

import torch
from torch import nn
import torch.nn.functional as F


class ConvVae(nn.Module):
    """Two strided convolutions, a Gaussian latent, two transposed convolutions."""

    def __init__(self, height, width, channels, latent):
        super().__init__()
        self.inner = (32, height // 4, width // 4)
        features = 32 * (height // 4) * (width // 4)
        self.encoder = nn.Sequential(
            nn.Conv2d(channels, 16, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(16),
            nn.ReLU(inplace=True),
            nn.Conv2d(16, 32, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(32),
            nn.ReLU(inplace=True),
            nn.Flatten(),
        )
        self.heads = nn.Linear(features, 2 * latent)
        self.decoder = nn.Sequential(
            nn.Linear(latent, features),
            nn.Unflatten(1, self.inner),
            nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(16),
            nn.ReLU(inplace=True),
            nn.ConvTranspose2d(16, channels, 4, stride=2, padding=1, bias=False),
        )


class ConvAutoencoder(nn.Module):
    """Convolutions with batch normalisation, dense layers, bilinear up-sampling."""

    def __init__(self, height, width, channels, latent):
        super().__init__()
        self.inner = (64, height // 4, width // 4)
        features = 64 * (height // 4) * (width // 4)
        self.heads = None

        def conv(inputs, outputs, stride=1):
            return nn.Conv2d(inputs, outputs, 3, stride, padding=1), nn.ReLU(inplace=True)

        def enlarge():
            return nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)

        self.encoder = nn.Sequential(
            *conv(channels, 16), *conv(16, 16), *conv(16, 16, 2), nn.BatchNorm2d(16),
            *conv(16, 32), *conv(32, 32), *conv(32, 32, 2), nn.BatchNorm2d(32),
            *conv(32, 64), *conv(64, 64), *conv(64, 64), nn.BatchNorm2d(64),
            nn.Flatten(),
            nn.Linear(features, 1024), nn.ReLU(inplace=True),
            nn.Linear(1024, latent), nn.BatchNorm1d(latent),
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, 1024), nn.ReLU(inplace=True),
            nn.Linear(1024, features), nn.Unflatten(1, self.inner), nn.ReLU(inplace=True),
            *conv(64, 64), *conv(64, 64), *conv(64, 32), nn.BatchNorm2d(32), enlarge(),
            *conv(32, 32), *conv(32, 32), *conv(32, 16), nn.BatchNorm2d(16), enlarge(),
            *conv(16, 16), *conv(16, 16), nn.BatchNorm2d(16),
            nn.Conv2d(16, channels, 1),
        )


class DenseVae(nn.Module):
    """One hidden layer on each side of a Gaussian latent."""

    def __init__(self, height, width, channels, latent):
        super().__init__()
        self.inner = (channels, height, width)
        pixels = height * width * channels
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(pixels, 256), nn.ReLU(inplace=True))
        self.heads = nn.Linear(256, 2 * latent)
        self.decoder = nn.Sequential(
            nn.Linear(latent, 256), nn.ReLU(inplace=True),
            nn.Linear(256, pixels), nn.Unflatten(1, self.inner),
        )


class DenseAutoencoder(nn.Module):
    """Dense layers only: pixels, hidden, latent, hidden, pixels."""

    def __init__(self, height, width, channels, latent, hidden, activation):
        super().__init__()
        self.inner = (channels, height, width)
        self.heads = None
        pixels = height * width * channels
        self.encoder = nn.Sequential(
            nn.Flatten(),
            nn.Linear(pixels, hidden), activation(), nn.Linear(hidden, latent), activation(),
        )
        self.decoder = nn.Sequential(
            nn.Linear(latent, hidden), activation(),
            nn.Linear(hidden, pixels), nn.Unflatten(1, self.inner),
        )


def build(name, height, width, channels, latent):
    """A network by the name that the benchmark gives it."""
    if name == "vae":
        return ConvVae(height, width, channels, latent)
    if name == "cae":
        return ConvAutoencoder(height, width, channels, latent)
    if name == "dense-vae":
        return DenseVae(height, width, channels, latent)
    if name == "stacked":
        return DenseAutoencoder(height, width, channels, latent, 100, nn.SELU)
    if name == "dense":
        return DenseAutoencoder(height, width, channels, latent, 256, nn.Sigmoid)
    raise ValueError(f"Cannot build {name}")


def training_loss(model, x, loss):
    """Reconstruction and KL divergence, summed over pixels, as a mean per image."""
    code = model.encoder(x)
    kl = 0.0
    if model.heads is not None:
        mean, log_variance = model.heads(code).chunk(2, dim=1)
        kl = 0.5 * (mean.square() + log_variance.exp() - log_variance - 1).sum()
        code = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance)
    logits = model.decoder(code)
    if loss == "bce":
        error = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
    else:
        error = F.mse_loss(torch.sigmoid(logits), x, reduction="sum")
    return (error + kl) / x.shape[0]


def reconstruct(model, x):
    """The image, without random draws: the latent is its mean."""
    code = model.encoder(x)
    if model.heads is not None:
        # The mean alone, as here: nothing that the score does not need is computed on either side.
        latent = model.heads.out_features // 2
        code = F.linear(code, model.heads.weight[:latent], model.heads.bias[:latent])
    return torch.sigmoid(model.decoder(code))
