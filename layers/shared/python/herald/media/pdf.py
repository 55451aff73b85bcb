"""PDF: whether it can be opened, and the number of pages that it names.

Many documents are encrypted with an owner's password alone, against changes. The empty password
opens such a document for everybody.

Source: ISO 32000-2, sections 7.6 and 7.7.
"""

import io
import logging

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from herald.domain.errors import FileError
from herald.domain.media import ContentType, File, Flaw
from herald.media.reader import BLOCK, Reader, Stream

MAX_PAGES = 100_000
BROKEN = (
    PyPdfError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    AssertionError,
)

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # flaws that it tolerates need no log line


def read_pdf(reader: Reader) -> File:
    """Return the properties of the document. Raises FileError."""
    try:
        document = PdfReader(io.BufferedReader(Stream(reader), BLOCK))
        if document.is_encrypted and not document.decrypt(""):
            raise FileError(Flaw.ENCRYPTED, "The document opens with a password only.")
        pages = document.get_num_pages()
    except NotImplementedError as error:  # an encryption that needs more than a password
        message = "The document is encrypted in a way that nobody here can open."
        raise FileError(Flaw.ENCRYPTED, message) from error
    except BROKEN as error:
        raise FileError(Flaw.MALFORMED, "The document cannot be read.") from error
    if not 0 < pages <= MAX_PAGES:
        raise FileError(Flaw.MALFORMED, "The document has no pages.")
    return File(size=reader.size, content_type=ContentType.PDF, page_count=pages)
