"""The browser's scripts: their types and their style, as `make lint` checks them."""

from scripts import check_scripts


def test_types_and_style_of_the_scripts_hold():
    assert check_scripts.main() == 0
