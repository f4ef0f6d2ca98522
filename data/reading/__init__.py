"""Reading constraints and items from what people write, English and Chinese in one thread."""

from data.reading.reader import Reader
from data.reading.reading import Named, Position, Reading, Relative, Wish

__all__ = ["Named", "Position", "Reader", "Reading", "Relative", "Wish"]
