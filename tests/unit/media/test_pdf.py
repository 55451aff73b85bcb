"""Documents."""

import pytest

from herald.domain.media import ContentType
from tests.unit.media.test_verdicts import locked_pdf, look


@pytest.mark.parametrize("version", [2, 3, 4, 6])
def test_a_document_that_needs_no_password_says_its_pages(version: int) -> None:
    assert look(ContentType.PDF, locked_pdf(version)).page_count == 3
