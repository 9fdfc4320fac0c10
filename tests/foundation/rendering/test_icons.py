"""Icons are inline SVG, and only those of lucide exist."""

from foundation.rendering.icons import draw_icon, icon_exists


def test_an_icon_is_drawn_inline() -> None:
    assert draw_icon("info").startswith('<svg width="24" height="24"')


def test_an_unknown_icon_does_not_exist() -> None:
    assert icon_exists("info")
    assert not icon_exists("no-such-icon")
    assert not icon_exists("../info")
