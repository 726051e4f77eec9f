"""The themes of lines of enquiry, by the words that name them."""

from ofsted_extract.themes import kloe_themes, theme_ids


def test_themes_of_lines_of_enquiry() -> None:
    assert kloe_themes("The quality of assessments and of plans") == ("assessment", "planning")
    assert kloe_themes("How leaders hear the voice of care leavers") == (
        "leadership", "voice_direct_work", "care_leavers",
    )  # fmt: skip
    assert kloe_themes("The weather") == ()
    assert set(kloe_themes("front door, early help, audits")) <= set(theme_ids())
