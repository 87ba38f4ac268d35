"""Interleaved, repeated measurements, so that noise longer than a round affects all variants alike."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from .machine import Meter

S = TypeVar("S")

BUSY_SHARE = 0.15
"""A round in which other programs used a larger share of the machine is repeated, if there is time."""

EXTRA_ROUNDS = 2


@dataclass(slots=True)
class Rounds(Generic[S]):
    """The samples of each variant, by round."""

    samples: dict[str, list[S]] = field(default_factory=dict)
    others: list[float] = field(default_factory=list)
    """The share of the machine that other programs used in each round."""

    def median(self, variant: str, figure: Callable[[S], float]) -> float:
        """Return the median of a value."""
        return statistics.median(map(figure, self.samples[variant]))

    def ratios(self, variant: str, reference: str, figure: Callable[[S], float]) -> list[float]:
        """Return ``variant`` over ``reference``, each pair from one round."""
        pairs = zip(self.samples[variant], self.samples[reference], strict=True)
        return [figure(one) / figure(other) for one, other in pairs]


def interleaved(
    variants: Mapping[str, Callable[[], S]],
    *,
    rounds: int,
    meter: Meter,
    progress: Callable[[str], None],
) -> Rounds[S]:
    """Measure each variant once per round, starting with a different one each time.

    Rounds that other programs disturbed are replaced by calmer ones, at most :data:`EXTRA_ROUNDS` times.
    """
    measured: list[tuple[float, dict[str, S]]] = []
    names = list(variants)
    while len(measured) < rounds or (_disturbed(measured, rounds) and len(measured) < rounds + EXTRA_ROUNDS):
        turn = len(measured) % len(names)
        samples: dict[str, S] = {}
        meter.start()
        for name in names[turn:] + names[:turn]:
            progress(f"round {len(measured) + 1} of {max(rounds, len(measured) + 1)}: {name}")
            samples[name] = variants[name]()
        measured.append((meter.others(), samples))
    kept = sorted(measured, key=lambda entry: entry[0])[:rounds]
    return Rounds(
        samples={name: [samples[name] for _, samples in kept] for name in names},
        others=[others for others, _ in kept],
    )


def _disturbed(measured: list[tuple[float, dict[str, S]]], rounds: int) -> bool:
    return sum(others <= BUSY_SHARE for others, _ in measured) < rounds
