"""The steps of a conversation that still count, from versions of which some take others back."""

from __future__ import annotations

from collections.abc import Sequence

from data.store import NeedVersion


def steps(versions: Sequence[NeedVersion]) -> list[NeedVersion]:
    """The versions that led to the present need, oldest first: each turn made one, those taken back are left out.

    `versions` are all that there are, oldest first.
    """
    led: list[NeedVersion] = []
    for version in versions:
        if version.restores is None:
            led.append(version)
        else:
            led = [step for step in led if step.need.version <= version.restores]
    return led
