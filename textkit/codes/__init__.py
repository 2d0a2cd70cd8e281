"""Points + codebook → coded points, each code with the words it rests on."""

from textkit.codes.codebook import BUILTIN, OTHER, Codebook, read_codebook
from textkit.codes.coding import adopt, apply
from textkit.codes.crosstab import cross

__all__ = ["BUILTIN", "OTHER", "Codebook", "adopt", "apply", "cross", "read_codebook"]
