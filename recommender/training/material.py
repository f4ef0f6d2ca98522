"""What a training run learns from, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data.catalog import Catalog
from recommender.model.facets import FacetSpace
from recommender.pipeline.history import RatingScale
from recommender.training.sequences import Split


@dataclass(frozen=True)
class Material:
    """Catalog and histories of a pack, and how they become numbers."""

    catalog: Catalog
    split: Split
    inputs: Mapping[str, str]
    """Digests of all that the checkpoint depends on."""
    space: FacetSpace
    scale: RatingScale
    derived: tuple[str, ...]
    """Facets that only restate the interactions; see derived_facets."""
    text_width: int
