"""The zip archive of an office file, opened with care: it may be a bomb, and its XML may be one too."""

import io
import zipfile
import zlib
from xml.etree.ElementTree import Element

from textkit.errors import InputError

_RATIO = 200  # unpacked to packed; dull XML reaches about 50
_SMALL = 10_000_000  # bytes that are harmless at any ratio
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"  # ISO 29500 in its strict form
_TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DAMAGE = (SyntaxError, zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError, LookupError)
"""What reading a damaged archive may raise."""


class Archive:
    """The parts of an office file by name, each at most once unpacked.

    >>> file = io.BytesIO()
    >>> with zipfile.ZipFile(file, "w") as written:
    ...     written.writestr("a.xml", "<a>党性</a>")
    >>> Archive(file.getvalue(), limit=1000).xml("a.xml").text
    '党性'
    """

    def __init__(self, data: bytes, limit: int) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise InputError("not an Office file of today (no zip archive); is the ending right?") from None
        size = sum(part.file_size for part in self._zip.infolist())
        if size > limit or (size > _SMALL and size > _RATIO * len(data)):
            raise InputError(
                f"unpacks from {len(data):,} to {size:,} bytes, which looks like a zip bomb; "
                "if you trust the file, save it anew or raise max_bytes"
            )

    def xml(self, name: str) -> Element | None:
        """Root of an XML part, or None if there is no such part; entities and DTDs are refused."""
        import defusedxml
        from defusedxml.ElementTree import fromstring

        try:
            return fromstring(self._zip.read(name).replace(_STRICT, _TRANSITIONAL), forbid_dtd=True)
        except KeyError:
            return None
        except defusedxml.DefusedXmlException:
            raise InputError(f"{name} inside declares a document type, which no Office file does; refused") from None
        except DAMAGE as error:
            raise InputError(f"{name} inside is damaged or encrypted ({error}); save the file anew") from None
