"""The network of ``rag.corpus.line_model`` in torch, to be fitted; its loss is that of the chain of lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from rag.corpus.line_model import DILATIONS, FORBIDDEN, STATES

WIDTH = 64
HEADLINES = [place for place, state in enumerate(STATES) if state.label in ("above", "below", "inset")]


class Network(nn.Module):
    """What ``LineModel`` computes, to be fitted; ``dilations`` empty: each line is seen alone, but for the chain."""

    def __init__(self, n_features: int, dilations: Sequence[int] = DILATIONS, *, sees_page: bool = True) -> None:
        super().__init__()
        self.sees_page = sees_page
        self.enter = nn.Linear(n_features, WIDTH)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(WIDTH, WIDTH, 3, dilation=dilation, padding=dilation) for dilation in dilations
        )
        self.pages = nn.ModuleList(nn.Linear(WIDTH, WIDTH, bias=False) for _ in dilations)
        self.mixes = nn.ModuleList(nn.Linear(WIDTH, WIDTH) for _ in dilations)
        self.leave = nn.Linear(WIDTH, len(STATES) + 1)
        self.steps = nn.Parameter(torch.zeros(len(STATES), len(STATES)))
        self.begin = nn.Parameter(torch.zeros(len(STATES)))
        self.end = nn.Parameter(torch.zeros(len(STATES)))
        self.drop = nn.Dropout(0.1)

    def forward(self, features: Tensor, mask: Tensor) -> Tensor:
        """(n_pages, n_lines, n_labels + 1) of (n_pages, n_lines, n_features) and which of them are lines."""
        real = mask.unsqueeze(-1).float()
        hidden = functional.relu(self.enter(self.drop(features))) * real
        for convolve, page, mix in zip(self.convolutions, self.pages, self.mixes, strict=True):
            even = functional.layer_norm(hidden, (WIDTH,)) * real
            mixed = convolve(even.transpose(1, 2)).transpose(1, 2)
            if self.sees_page:
                mixed = mixed + page(even.sum(1, keepdim=True) / real.sum(1, keepdim=True))
            hidden = (hidden + mix(self.drop(functional.relu(mixed)))) * real
        return self.leave(functional.layer_norm(hidden, (WIDTH,)))

    def loss(self, outputs: Tensor, labels: Tensor, subtitles: Tensor, mask: Tensor) -> Tensor:
        """Negative log-likelihood of the labels in the chain and of the subtitles, for the mean page."""
        scores = outputs[..., :-1]
        pages = torch.arange(len(labels))
        last = mask.sum(1) - 1
        own = scores.gather(2, labels.unsqueeze(-1)).squeeze(-1) * mask
        ways = self.steps + torch.tensor(FORBIDDEN, dtype=torch.float32)
        steps = ways[labels[:, :-1], labels[:, 1:]] * mask[:, 1:]
        path = own.sum(1) + steps.sum(1) + self.begin[labels[:, 0]] + self.end[labels[pages, last]]
        ahead = self.begin + scores[:, 0]
        for place in range(1, scores.shape[1]):
            reached = torch.logsumexp(ahead.unsqueeze(2) + ways, 1) + scores[:, place]
            ahead = torch.where(mask[:, place].unsqueeze(1), reached, ahead)
        chain = (torch.logsumexp(ahead + self.end, 1) - path).mean()
        headline = mask & torch.isin(labels, torch.tensor(HEADLINES))
        told = functional.binary_cross_entropy_with_logits(
            outputs[..., -1][headline], subtitles[headline], reduction="sum"
        )
        return chain + told / len(labels)

    def take(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """Begin with these weights; their features' mean and deviation must be those of the pages."""
        own = self.weights(weights["mean"], weights["deviation"])
        if {name: value.shape for name, value in own.items()} != {n: value.shape for n, value in weights.items()}:
            raise ValueError("the weights to begin with are of another network; fit anew, without --start")
        with torch.no_grad():
            for name, parameter in self.named_weights().items():
                parameter.copy_(torch.from_numpy(weights[name].astype(np.float32)))

    def named_weights(self) -> dict[str, Tensor]:
        """The parameters by the names that ``LineModel`` reads, in its order of axes."""
        found: dict[str, Tensor] = {
            "in.weight": self.enter.weight,
            "in.bias": self.enter.bias,
            "out.weight": self.leave.weight,
            "out.bias": self.leave.bias,
            "steps": self.steps,
            "begin": self.begin,
            "end": self.end,
        }
        for layer, (convolve, page, mix) in enumerate(zip(self.convolutions, self.pages, self.mixes, strict=True)):
            found |= {
                f"{layer}.kernel": convolve.weight.permute(2, 0, 1),
                f"{layer}.bias": convolve.bias,
                f"{layer}.page": page.weight,
                f"{layer}.out.weight": mix.weight,
                f"{layer}.out.bias": mix.bias,
            }
        return found

    def weights(self, mean: NDArray[np.float32], deviation: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """The weights by the names that ``LineModel`` reads."""
        return {"mean": mean, "deviation": deviation} | {
            name: value.detach().numpy() for name, value in self.named_weights().items()
        }
