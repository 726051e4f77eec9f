"""Whatever is done to inputs, links, ledger and runs, no good document is lost.

The model knows where each text was last seen. A document may leave only when each of those places
was listed in a run and no longer held it. ``OFSTED_EXTRACT_ALL=1`` tries 2,000 sequences.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import chdir
from pathlib import Path

import pandas as pd
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from inprocess import killed_at, run_here
from standin import letter_text

from ofsted_extract.batch.run import BatchError
from ofsted_extract.letter import document_id_of

TEXTS = [letter_text(number, 1) + f"+ Word{number} is good.\n" for number in range(7)]
ID_OF = {text: document_id_of(hashlib.sha256(text.encode()).hexdigest()) for text in TEXTS}
ROOTS = ("one", "two", "share")
#: ``two/linked`` is a link to ``share``, which may be away.
PLACES = ("one/a.txt", "one/sub/b.txt", "two/a.txt", "two/sub/c.txt", "share/d.txt", "share/e.txt")
GIVEN = ("one", "two", "one/sub", "one/a.txt", "share", ".")


class Keeping(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.top = Path(tempfile.mkdtemp(prefix="keep-"))
        self.letters = self.top / "letters"
        self.out = self.top / "out"
        for root in ROOTS:
            (self.letters / root).mkdir(parents=True)
            (self.letters / root / "kept.log").write_text("never empty")
        (self.letters / "two" / "linked").symlink_to(self.letters / "share")
        self.known: dict[str, str] = {}
        self.held: set[str] = set()
        self.disturbed = False

    def teardown(self) -> None:
        shutil.rmtree(self.top, ignore_errors=True)

    # ------------------------------------------------------------------ what people do to files

    @rule(place=st.sampled_from(PLACES), text=st.sampled_from(TEXTS))
    def save(self, place: str, text: str) -> None:
        path = self.letters / place
        if not self.is_away(place):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)

    @rule(place=st.sampled_from(PLACES))
    def delete(self, place: str) -> None:
        (self.letters / place).unlink(missing_ok=True)

    @rule(old=st.sampled_from(PLACES), new=st.sampled_from(PLACES))
    def rename(self, old: str, new: str) -> None:
        if (self.letters / old).is_file() and not self.is_away(new):
            (self.letters / new).parent.mkdir(exist_ok=True)
            (self.letters / old).rename(self.letters / new)

    @rule(root=st.sampled_from(ROOTS))
    def goes_away_or_comes_back(self, root: str) -> None:
        here, away = self.letters / root, self.top / f"{root} away"
        if away.exists():
            away.rename(here)
        else:
            here.rename(away)

    def is_away(self, place: str) -> bool:
        return not (self.letters / place.split("/")[0]).is_dir()

    # ------------------------------------------------------------------ what happens to the books

    @precondition(lambda self: self.out.exists())
    @rule(
        names=st.sampled_from(["ledger.jsonl", "ledger*", "journal*", "*"]),
        damage=st.sampled_from(["empty", "half", "noise", "gone"]),
    )
    def damage_ledger(self, names: str, damage: str) -> None:
        self.disturbed = True
        for path in (self.out / ".ofsted-extract").glob(names):
            if not path.is_file() or path.name == "lock":
                continue
            content = path.read_bytes()
            if damage == "gone":
                path.unlink()
            else:
                path.write_bytes(
                    {"empty": b"", "half": content[: len(content) // 2], "noise": b"\x00{["}[damage]
                )

    # ------------------------------------------------------------------ runs

    @rule(
        given=st.lists(st.sampled_from(GIVEN), min_size=1, max_size=2, unique=True),
        relative=st.booleans(),
        reader=st.sampled_from(["pdfium", "pdfplumber"]),
        failing=st.sampled_from([(), (), ("Word1",), ("Word2", "Word3")]),
        force=st.booleans(),
        kill=st.one_of(st.none(), st.none(), st.integers(1, 60)),
    )
    def run(self, given, relative, reader, failing, force, kill) -> None:
        inputs = given if relative else [str(self.letters / name) for name in given]
        place = str(self.letters.resolve())
        seen, listed = self.look(given)
        died = False
        with chdir(self.letters if relative else self.top):
            try:
                with killed_at(kill or 10**9) as count:
                    run_here(inputs, self.out, failing=failing, force=force, reader=reader)
                died = kill is not None and count[0] >= kill
            except BatchError:
                return self.check(self.known, exact=False)  # nothing to read: nothing changes
        self.disturbed |= died or bool(failing)
        known = {
            at: text
            for at, text in self.known.items()
            if at in seen or not any(at.startswith(f"{folder}/") for folder in listed)
        } | seen
        before, self.known = self.known, known
        assert all(at.startswith(place) for at in seen)
        self.check(known, exact=not self.disturbed)
        del before
        return None

    def look(self, given: list[str]) -> tuple[dict[str, str], list[str]]:
        """Return the texts that a run sees by place, and the folders that it lists completely."""
        seen: dict[str, str] = {}
        listed = []
        top = self.letters.resolve()
        for name in given:
            path = self.letters / name
            if path.is_file():
                seen[str(top / name)] = path.read_text()
                continue
            found = [
                Path(folder) / file
                for folder, _, files in os.walk(path, followlinks=True)
                for file in files
            ]
            texts = {each for each in found if each.suffix == ".txt"}
            within = str(path.resolve()) if name != "." else str(top)
            whole = path.is_dir() and all(
                link.exists() for link in self.letters.glob("two/linked") if _below(link, path)
            )
            # a folder reached by two ways is read by one of them
            real: set[Path] = set()
            for each in sorted(texts):
                where = each.parent.resolve()
                first = str(each)[len(str(path)) :]
                if each.resolve() not in real:
                    seen[within + first] = each.read_text()
                real.add(where / each.name)
            if whole and found:
                listed.append(within)
        return seen, listed

    def check(self, known: dict[str, str], *, exact: bool) -> None:
        folder = self.out / "parquet" / "documents"
        now = set(pd.read_parquet(folder).document_id) if any(folder.rglob("*.parquet")) else set()
        must = {ID_OF[text] for text in known.values()} & self.held
        assert must <= now, f"lost: {must - now}"
        if exact:
            assert now <= {ID_OF[text] for text in known.values()}, "stale documents have left"
        self.held = now


def _below(link: Path, folder: Path) -> bool:
    return str(link).startswith(f"{folder}/") or folder.name == "letters"


ALL = bool(os.environ.get("OFSTED_EXTRACT_ALL"))
Keeping.TestCase.settings = settings(
    max_examples=2000 if ALL else 40,
    stateful_step_count=20,
    deadline=None,
    derandomize=not ALL,
    suppress_health_check=list(HealthCheck),
)
TestKeeping = Keeping.TestCase
