"""Points + codebook → coded points, each code with the words it rests on.

`apply` codes, `agreement` measures it against a reader, `cross` and `compare` set reports side by side,
`coverage` shows what a codebook does and leaves, `to_sheet` and `from_sheet` let people correct,
`deficits` takes headlines apart, `to_refi` and `from_refi` exchange with QualCoder, MAXQDA, NVivo, ATLAS.ti.
"""

from textkit.codes.codebook import BUILTIN, OTHER, Codebook, read_codebook
from textkit.codes.coding import adopt, apply
from textkit.codes.coverage import Coverage, coverage
from textkit.codes.crosstab import compare, cross
from textkit.codes.deficits import concreteness, deficits
from textkit.codes.refi import from_refi, place, to_refi
from textkit.codes.reliability import Agreement, agreement, alpha, kappa, masi, nominal, prevalence
from textkit.codes.sheet import from_sheet, to_sheet

__all__ = [
    "BUILTIN", "OTHER", "Agreement", "Codebook", "Coverage", "adopt", "agreement", "alpha", "apply", "compare",
    "concreteness", "coverage", "cross", "deficits", "from_refi", "from_sheet", "kappa", "masi", "nominal", "place",
    "prevalence", "read_codebook", "to_refi", "to_sheet",
]  # fmt: skip
