"""local/watch.py: whether a file that is deployed has changed."""

from pathlib import Path

import pytest

from local.watch import seen


@pytest.fixture
def template(tmp_path: Path) -> Path:
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions" / "app.py").write_text("1")
    (tmp_path / "template.yaml").write_text("Resources: {}")
    return tmp_path / "template.yaml"


def test_nothing_changed_when_nothing_was_written(template: Path) -> None:
    folders = [template.parent / "functions"]

    assert seen(template, folders) == seen(template, folders)


@pytest.mark.parametrize("edited", ["functions/app.py", "functions/other.py", "template.yaml"])
def test_an_edit_is_seen(template: Path, edited: str) -> None:
    folders = [template.parent / "functions"]
    before = seen(template, folders)
    (template.parent / edited).write_text("longer than before")

    assert seen(template, folders) != before


def test_a_removed_file_is_seen(template: Path) -> None:
    folders = [template.parent / "functions"]
    before = seen(template, folders)
    (template.parent / "functions" / "app.py").unlink()

    assert seen(template, folders) != before


def test_a_template_that_is_being_replaced_does_no_harm(template: Path) -> None:
    template.unlink()

    assert template not in seen(template, [template.parent / "functions"])
