"""Text of letters is untrusted: whatever it holds, the page stays the page."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from made_dataset import letter_rows, norbridge, norbridge_followup, write_dataset

from ofsted_extract.explore.dataset import Dataset
from ofsted_extract.report import site
from ofsted_extract.report.render import render_authority, render_national, script_json

HOSTILE = (
    "</script><script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    '"><svg onload="window.hacked=1">',
    "<!-- --><!--<script>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:window.hacked=1",
    "&lt;b&gt; &amp; \u2028 \u202e backwards",
    "]]></style><style>*{display:none}</style>",
)


class Elements(HTMLParser):
    """Collects elements, attributes and text as a browser would see them."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._raw = ""
        self.scripts: list[str] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._raw = tag if tag in {"script", "style"} else ""

    def handle_endtag(self, tag: str) -> None:
        self._raw = ""

    def handle_data(self, data: str) -> None:
        if self._raw == "script":
            self.scripts.append(data)
        elif not self._raw:
            self.text += data


def hostile_letters(text: str) -> list[dict]:
    lines = [f"# {text}", f"+ [leadership] {text}", f"- [front_door] {text} and more of it",
             f"± [planning] Good {text}, but {text}", f"* [recording] {text}", f". {text}"]  # fmt: skip
    columns = (
        "source_path framework gss_code urn lead_inspector addressee scope previous_visit "
        "model_version extractor_version"
    )
    facts = dict.fromkeys(columns.split(), text)
    letters = [
        letter_rows(text, kind, day, lines, slug="hostile", region=text, inspectors=[text],
                    visit_kloes=[text], warnings=[text],
                    grades={"overall_effectiveness": "good"}, **facts)
        for kind, day in (("focused_visit", date(2020, 1, 1)), ("press_article", date(2021, 1, 1)),
                          ("ilacs_inspection", date(2022, 1, 1)))
    ]  # fmt: skip
    for letter in letters:
        for row in letter["sentences"]:
            row["evidence"] = row["framework_reference"] = text
            row["cohorts"] = [text]
        for row in letter["recommendations"]:
            row["framework_reference"] = text
    return letters


def pages(folder: Path, text: str) -> dict[str, str]:
    letters = hostile_letters(text)
    first, last = letters[0]["documents"][0], letters[2]["documents"][0]
    followup = [
        {
            "recommendation_id": f"{first['document_id']}-{which}",
            "authority_slug": "hostile",
            "visit": first["visit"],
            "later_document_id": last["document_id"],
            "later_visit": last["visit"],
            "verdict": "improved",
            "sentence_ids": [f"{last['document_id']}-2"],
            "match_score": 0.5,
        }
        for which in ("r1", "k1")
    ]
    dataset = Dataset.open(str(write_dataset(folder, letters, followup)))
    return {
        "authority": render_authority(site.build_authority(dataset, "hostile")),
        "national": render_national(site.build_national(dataset), {"hostile": "hostile.html"}),
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_adds_no_element_and_no_attribute(tmp_path: Path, text: str) -> None:
    made = pages(tmp_path / "hostile", text)
    tame = pages(tmp_path / "tame", "tame words")
    for name, content in made.items():
        found, wanted = Elements(content), Elements(tame[name])
        assert [(tag, list(attrs)) for tag, attrs in found.tags] == [
            (tag, list(attrs)) for tag, attrs in wanted.tags
        ]
        assert len(found.scripts) == 2
        json.loads(found.scripts[0])
        assert found.scripts[1] == wanted.scripts[1]
        assert text.replace("\x00", "") in found.text


def test_json_in_a_script_element_cannot_end_it() -> None:
    value = {"text": "</ScRiPt><!--<script> & \u2028\u2029 ' \" \\"}
    written = script_json(value)
    assert not re.search(r"[<>&\u2028\u2029]", written)
    assert json.loads(written) == value


def test_control_characters_are_replaced(tmp_path: Path) -> None:
    lines = ["+ [leadership] Leaders\x1b[31m are\x08 good."]
    letter = letter_rows("Aby", "focused_visit", date(2020, 1, 1), lines)
    dataset = Dataset.open(str(write_dataset(tmp_path, [letter])))
    content = render_authority(site.build_authority(dataset, "aby"))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", content)
    assert "Leaders\ufffd[31m are\ufffd good." in content


def test_policy_allows_just_this_style_and_this_script(tmp_path: Path) -> None:
    for content in pages(tmp_path, "tame words").values():
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', content)
        assert policy
        rules = dict(
            rule.strip().partition(" ")[::2] for rule in policy[1].replace("&#39;", "'").split(";")
        )
        assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
        assert "connect-src" not in rules and "unsafe" not in policy[1]
        style = re.search(r"<style>(.*?)</style>", content, re.S)
        scripts = re.findall(r"<script>(.*?)</script>", content, re.S)
        assert style and len(scripts) == 1
        for text, rule in ((style[1], "style-src"), (scripts[0], "script-src")):
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert rules[rule] == f"'sha256-{digest}'"


def test_nothing_is_fetched_from_anywhere(tmp_path: Path) -> None:
    for content in pages(tmp_path, "tame words").values():
        found = Elements(content)
        for tag, attrs in found.tags:
            assert "src" not in attrs and "srcset" not in attrs and "style" not in attrs, tag
            assert not [name for name in attrs if name.startswith("on")], tag
            if tag == "link":
                assert attrs["href"] == "data:,"
        assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest|innerHTML|eval\(", content)


def test_ids_are_unique_and_links_within_the_page_lead_somewhere(tmp_path: Path) -> None:
    dataset = Dataset.open(str(write_dataset(tmp_path, norbridge(), norbridge_followup())))
    for content in (
        render_authority(site.build_authority(dataset, "norbridge")),
        render_national(site.build_national(dataset), {}),
    ):
        tags = Elements(content).tags
        ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
        assert len(ids) == len(set(ids))
        targets = {str(attrs["href"])[1:] for tag, attrs in tags
                   if tag == "a" and str(attrs["href"]).startswith("#")}  # fmt: skip
        assert {each for each in targets if not each.startswith("read?")} <= set(ids)
        for tag, attrs in tags:
            for name in ("aria-labelledby", "for"):
                if name in attrs and tag != "output":
                    assert attrs[name] in ids


def test_headings_skip_no_level(tmp_path: Path) -> None:
    dataset = Dataset.open(str(write_dataset(tmp_path, norbridge(), norbridge_followup())))
    for content in (
        render_authority(site.build_authority(dataset, "norbridge")),
        render_national(site.build_national(dataset), {}),
    ):
        levels = [int(tag[1]) for tag, _ in Elements(content).tags if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_same_dataset_gives_the_same_bytes(tmp_path: Path) -> None:
    letters, followup = norbridge(), norbridge_followup()
    one = Dataset.open(str(write_dataset(tmp_path / "one", letters, followup)))
    two = Dataset.open(str(write_dataset(tmp_path / "two", letters[::-1], followup[::-1])))
    for dataset, folder in ((one, "site-one"), (two, "site-two")):
        list(site.write_national(dataset, tmp_path / folder / "index.html"))
    for name in ("index.html", "authorities/norbridge.html"):
        first, second = (tmp_path / f"site-{which}" / name for which in ("one", "two"))
        assert first.read_bytes() == second.read_bytes()
    assert not list(tmp_path.glob("site-*/**/*.tmp"))


def test_accuracy_address_may_not_run_anything(tmp_path: Path) -> None:
    dataset = Dataset.open(str(write_dataset(tmp_path, norbridge())))
    page = site.build_authority(dataset, "norbridge")
    assert 'href="https://example.org/a"' in render_authority(
        page, accuracy="https://example.org/a"
    )
    with pytest.raises(ValueError, match="javascript"):
        render_authority(page, accuracy="javascript:alert(1)")
