"""Old Word and WPS files (.doc, .wps) and RTF through programs that know them: LibreOffice, else antiword.

LibreOffice turns them into .docx, so that automatic numbers come back as for any Word file; it runs in
a folder of its own, with a profile of its own, and not for ever. antiword writes plain text, in which
Chinese automatic numbers are lost.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from textkit.errors import InputError, MissingExtraError
from textkit.reports import word

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What a file of the old Office begins with."""
RTF = b"{\\rtf"

_SECONDS = 180
_PLACES = (
    "soffice",
    "libreoffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)


def extract(data: bytes, limit: int) -> tuple[str, str]:
    """Text of an old Word file, and its format: ``doc``, ``rtf``, or ``doc (antiword)`` if read through that."""
    form = "rtf" if data.startswith(RTF) else "doc"
    if form == "doc" and not data.startswith(MAGIC):
        raise InputError("not a Word or WPS file; is the ending right?")
    with tempfile.TemporaryDirectory(prefix="textkit-") as folder:
        source = Path(folder) / f"report.{form}"
        source.write_bytes(data)
        soffice = next(filter(None, map(shutil.which, _PLACES)), None)
        if soffice:
            profile = (Path(folder) / "profile").as_uri()
            convert = ("--headless", "--norestore", "--convert-to", "docx:MS Word 2007 XML", "--outdir", folder)
            _run([soffice, f"-env:UserInstallation={profile}", *convert, str(source)])
            made = source.with_suffix(".docx")
            if not made.is_file():
                raise InputError("LibreOffice cannot read it (damaged, or locked by a password?); save it as .docx")
            return word.extract(made.read_bytes(), limit), form
        antiword = shutil.which("antiword")
        if antiword and form == "doc":
            text = _run([antiword, "-m", "UTF-8.txt", "-w", "0", str(source)]).decode("utf-8", "replace")
            if "\ufffd" in text or not text.strip():
                raise InputError("antiword cannot read it; install LibreOffice, or save it as .docx")
            return text, "doc (antiword)"
    programs = "LibreOffice (soffice)" + " or antiword" * (form == "doc")
    raise MissingExtraError(f"files like this ({form}) need {programs}; install it, or save the file as .docx")


def _run(command: list[str]) -> bytes:
    """Standard output of a program that may take its time but not more, with all it started."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        return process.communicate(timeout=_SECONDS)[0]
    except subprocess.TimeoutExpired:
        if os.name == "nt":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        name = Path(command[0]).stem
        raise InputError(f"{name} took more than {_SECONDS} seconds; save it as .docx in Word") from None
