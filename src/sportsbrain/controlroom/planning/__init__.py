"""Ask the chain of plans what a change does; the slices' planning is called from here."""

from .chain import Part, answer

__all__ = ["Part", "answer"]
