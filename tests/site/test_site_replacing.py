"""A file is replaced whole or not at all."""

from pathlib import Path

import pytest

from parvis.site.replacing import replace


def test_a_file_is_made_and_replaced_for_this_account_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "order.json"
    for body in (b"one", b""):
        replace(path, body)
        assert path.read_bytes() == body
        assert path.stat().st_mode & 0o077 == 0
        assert list(path.parent.iterdir()) == [path]


def test_a_file_may_keep_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_bytes(b"one")
    path.chmod(0o640)
    replace(path, b"two", like=path.stat())
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o7777 == 0o640


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "order.json"
    path.mkdir()  # a folder cannot be replaced by a file
    with pytest.raises(OSError, match=r"order\.json"):
        replace(path, b"one")
    assert list(tmp_path.iterdir()) == [path]
