"""A pytest plugin: each test's report tells the lines of the law page that it carries."""

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note the numbers of ``@pytest.mark.law(N)``."""
    for mark in item.iter_markers("law"):
        for number in mark.args:
            item.user_properties.append(("law", number))
