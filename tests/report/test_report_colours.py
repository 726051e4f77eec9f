"""Words can be read on what is behind them: WCAG AA, a contrast of 4.5 or more."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

STYLES = (files("ofsted_extract.report") / "assets" / "base.css").read_text("utf-8")
COLOURS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", STYLES))

#: Text and background that the style sheets put together.
PAIRS = [
    *((text, "paper") for text in ("ink", "quiet", "link", "s", "w", "m", "r")),
    *((text, "soft") for text in ("ink", "quiet", "link")),
    *(("ink", f"{finding}{shade}") for finding in "swm" for shade in (1, 2, 3, 4)),
    *((finding, f"{finding}1") for finding in "swmr"),
]


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("text", "background"), PAIRS)
def test_contrast(text: str, background: str) -> None:
    light, dark = sorted((luminance(COLOURS[text]), luminance(COLOURS[background])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
