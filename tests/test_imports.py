"""Every module of the package can be the first that a program imports."""

import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.timeout(600)  # 25 s on two idle cores: as many imports as there are modules
def test_no_module_needs_another_to_be_imported_before() -> None:
    tried = subprocess.run(
        [sys.executable, Path(__file__).with_name("import_alone.py")],
        capture_output=True,
        text=True,
        timeout=550,
        check=False,
    )
    assert tried.returncode == 0, tried.stdout + tried.stderr
    [count] = re.findall(r"^(\d+) modules tried$", tried.stdout, re.MULTILINE)
    assert int(count) > 300
