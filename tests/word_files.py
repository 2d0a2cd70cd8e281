"""Word files written by hand, so that tests say exactly what is inside."""

import io
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_KINDS = {"numbering": "numbering", "styles": "styles", "footnotes": "footnotes"}
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def docx(body, **parts):
    """Bytes of a .docx with this inside w:body and these parts (numbering, styles, footnotes)."""
    roots = {"numbering": "numbering", "styles": "styles", "footnotes": "footnotes"}
    files = {"word/document.xml": f"<w:document {_SPACES}><w:body>{body}</w:body></w:document>"}
    files |= {
        f"word/{name}.xml": f"<w:{roots[name]} {_SPACES}>{inside}</w:{roots[name]}>" for name, inside in parts.items()
    }
    links = "".join(
        f'<Relationship Id="r{i}" Type="{_RELATION}/{name}" Target="{name}.xml"/>' for i, name in enumerate(parts)
    )
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    files["word/_rels/document.xml.rels"] = f'<Relationships xmlns="{relations}">{links}</Relationships>'
    files["_rels/.rels"] = (
        f'<Relationships xmlns="{relations}"><Relationship Id="r" Type="{_RELATION}/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    types = {name: "document.main" if name == "document" else name for name in ("document", *parts)}
    kinds = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_MIME}.{kind}+xml"/>' for name, kind in types.items()
    )
    files["[Content_Types].xml"] = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{kinds}</Types>'
    )
    return package(
        {name: f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{text}' for name, text in files.items()}
    )


def package(files):
    """Bytes of a zip archive with these files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return written.getvalue()


def p(text, *, num=None, level=None, style=None, mark=""):
    """A paragraph; ``text`` may be runs already."""
    runs = text if text.startswith("<") or not text else r(text)
    number = "" if num is None and level is None else "<w:numPr>"
    number += "" if level is None else f'<w:ilvl w:val="{level}"/>'
    number += "" if num is None else f'<w:numId w:val="{num}"/>'
    number += "</w:numPr>" if number else ""
    styled = "" if style is None else f'<w:pStyle w:val="{style}"/>'
    ended = f"<w:rPr>{mark}</w:rPr>" if mark else ""
    return f"<w:p><w:pPr>{styled}{number}{ended}</w:pPr>{runs}</w:p>"


def r(text, properties=""):
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def lvl(level, style, text, *, start=1, more="", suffix="nothing"):
    """A level of a list; ``more`` in the order the schema wants: lvlRestart, pStyle, isLgl."""
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>{more}'
        f'<w:suff w:val="{suffix}"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/></w:lvl>'
    )


def abstract(number, *levels, more=""):
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>{more}'
        f"{''.join(levels)}</w:abstractNum>"
    )


def num(number, of, more=""):
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{of}"/>{more}</w:num>'
