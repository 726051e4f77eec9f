"""Whether a letter reads the same in another form: Word, web page, e-mail, clean and poor scan.

    python benchmarks/forms.py LETTERS... [--letters 40] [--forms docx,html,email,scan,poor]

A spread of the PDFs below the folders is turned by script into each form and read again. A Word
file, a web page and an e-mail are written from the paragraphs of the PDF with the styles that its
type shows: larger type becomes a heading, bold type stays bold. Scans are the pages drawn at 200
dots an inch; poor ones lean by 1.5 degrees, have noise and are pressed as JPEG of quality 40.

Printed for each form: in how many letters kind, authority, dates, grades and the number of
recommendations are those of the PDF, the share of the PDF's findings that are found with the same
finding, and the seconds a page. Nothing is written but temporary files.
"""

from __future__ import annotations

import argparse
import html
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable
from email.message import EmailMessage
from pathlib import Path
from time import perf_counter

import docx
import numpy as np
import pypdfium2 as pdfium
from PIL import Image

from ofsted_extract.errors import DocumentError
from ofsted_extract.extraction import Extractor
from ofsted_extract.letter import Letter
from ofsted_extract.read import read_bytes
from ofsted_extract.structure.blocks import Block, make_blocks
from ofsted_extract.structure.furniture import split_furniture
from ofsted_extract.structure.letterhead import letterhead_first
from ofsted_extract.structure.marks import MarkKind

#: Type larger than the body's by this factor is a heading; of so few words.
LARGER, HEADING_WORDS = 1.04, 28
DPI, LEAN, NOISE, QUALITY = 200, 1.5, 18.0, 40
#: Share of words that two sentences have in common to be taken for the same.
ALIKE = 0.7
SAME = ("kind", "authority", "dates", "grades", "recommendations")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--letters", type=int, default=40)
    parser.add_argument("--forms", default=",".join(FORMS))
    parser.add_argument("--model", default="default")
    parser.add_argument("--details", action="store_true", help="what differs, letter by letter")
    options = parser.parse_args()
    paths = sorted(path for folder in options.folders for path in folder.rglob("*.pdf"))
    chosen = paths[:: max(len(paths) // options.letters, 1)][: options.letters]
    extractor = Extractor(options.model)
    extractor.load()
    names = options.forms.split(",")
    scores = {name: Counter[str]() for name in names}
    for path in chosen:
        data = path.read_bytes()
        try:
            printed = extractor.read_bytes(data, path.name)
        except DocumentError as error:
            print(f"{path.name}: {error}", flush=True)
            continue
        for name in names:
            make, suffix = FORMS[name]
            content = make(data)
            begun = perf_counter()
            try:
                read = extractor.read_bytes(content, path.stem + suffix)
            except DocumentError as error:
                print(f"{path.name} as {name}: {error}", flush=True)
                scores[name].update(letters=1, of=len(findings(printed)))
                continue
            scores[name]["ms"] += round(1000 * (perf_counter() - begun))
            differs = compare(printed, read, scores[name])
            if options.details and differs:
                print(f"{path.name} as {name}: {'; '.join(differs)}", flush=True)
    print("| form | letters | " + " | ".join(SAME) + " | findings | s a page |")
    print("|---|" + "---:|" * (len(SAME) + 3))
    for name, score in scores.items():
        same = " | ".join(f"{score[each]}" for each in SAME)
        share = score["found"] / max(score["of"], 1)
        seconds = score["ms"] / 1000 / max(score["pages"], 1)
        print(f"| {name} | {score['letters']} | {same} | {share:.1%} | {seconds:.2f} |")


def compare(printed: Letter, read: Letter, score: Counter[str]) -> list[str]:
    """Count what is the same, and return what is not."""
    mine, other = facts(printed), facts(read)
    differs = []
    for name in SAME:
        if mine[name] == other[name]:
            score[name] += 1
        else:
            differs.append(f"{name} {mine[name]} -> {other[name]}")
    wanted = findings(printed)
    missing = not_found(wanted, findings(read))
    score.update(
        letters=1, of=len(wanted), found=len(wanted) - len(missing),
        pages=len(printed.structured.raw.pages),
    )  # fmt: skip
    return differs + [f"[{finding}] {text[:90]}" for text, finding in missing]


def facts(letter: Letter) -> dict[str, object]:
    found = letter.facts
    return {
        "kind": found.document_kind,
        "authority": found.authority_slug,
        "dates": (found.visit_start, found.visit_end, found.published_on),
        "grades": sorted((each.judgement, each.grade) for each in found.judgements),
        "recommendations": len(found.recommendations),
    }


def findings(letter: Letter) -> list[tuple[str, str]]:
    pairs = zip(letter.structured.units, letter.labels, strict=True)
    return [(unit.text, labels.finding) for unit, labels in pairs if labels.finding != "none"]


def not_found(
    wanted: list[tuple[str, str]], others: list[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Return the findings that no sentence of the other reading states."""
    rest = Counter((words(text), finding) for text, finding in others)
    missing = []
    for text, finding in wanted:
        key = (words(text), finding)
        if not rest[key]:
            mine = set(key[0].split())
            key = max(
                (each for each in rest if rest[each] and each[1] == finding),
                key=lambda each: overlap(mine, set(each[0].split())),
                default=key,
            )
            if not rest[key] or overlap(mine, set(key[0].split())) < ALIKE:
                missing.append((text, finding))
                continue
        rest[key] -= 1
    return missing


def words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(len(one | other), 1)


# ------------------------------------------------------------------ a letter in another form


def styled(data: bytes) -> list[tuple[str, int, bool, str]]:
    """Return the paragraphs of a PDF: (words, heading level or 0, bold, "" or "bullet")."""
    body = letterhead_first(split_furniture(read_bytes(data, "letter.pdf")))
    blocks = make_blocks(body)
    sizes = sorted({round(each.size) for each in blocks if is_heading(each, body.size)})
    result = []
    for block in blocks:
        level = 0
        if is_heading(block, body.size):
            level = min(len(sizes) - sizes.index(round(block.size)), 6)
        text = f"{block.number}. {block.text}" if block.number else block.text
        kind = "bullet" if block.kind is MarkKind.BULLET else ""
        result.append((text, level, block.bold, kind))
    return result


def is_heading(block: Block, size: float) -> bool:
    short = len(block.text.split()) <= HEADING_WORDS
    return block.kind is not MarkKind.BULLET and short and block.size > size * LARGER


def as_word(data: bytes) -> bytes:
    document = docx.Document()
    for printed, level, bold, kind in styled(data):
        text = re.sub("[\x00-\x08\x0b-\x1f]", "", printed)
        if level:
            document.add_heading(text, level)
        else:
            paragraph = document.add_paragraph(style="List Bullet" if kind else None)
            paragraph.add_run(text).bold = bold
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def markup(data: bytes) -> str:
    parts = []
    inside = False
    for text, level, bold, kind in styled(data):
        if bool(kind) != inside:
            parts.append("<ul>" if kind else "</ul>")
            inside = bool(kind)
        words_ = html.escape(text)
        words_ = f"<strong>{words_}</strong>" if bold and not level else words_
        tag = f"h{level}" if level else "li" if kind else "p"
        parts.append(f"<{tag}>{words_}</{tag}>")
    return "\n".join(parts) + ("</ul>" if inside else "")


def as_page(data: bytes) -> bytes:
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Letter</title>
<script>window.page = "letter";</script><style>p {{ margin: 1em }}</style></head><body>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/children">Children</a></li></ul></nav>
</header><div class="cookie-banner"><p>We use cookies to make this site better.</p></div>
<main>{markup(data)}</main>
<footer><p>Accessibility</p><p>Privacy</p></footer></body></html>""".encode()


def as_email(data: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "sender@council.example", "reader@council.example"
    message["Subject"] = "The letter"
    message.set_content("\n\n".join(text for text, *_ in styled(data)))
    message.add_alternative(f"<html><body>{markup(data)}</body></html>", subtype="html")
    return message.as_bytes()


def pictures(data: bytes) -> Iterable[Image.Image]:
    document = pdfium.PdfDocument(data)
    for page in document:
        yield page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L")
    document.close()


def as_scan(data: bytes) -> bytes:
    return bound(pictures(data), 90)


def as_poor_scan(data: bytes) -> bytes:
    noise = np.random.default_rng(7)

    def worn(image: Image.Image) -> Image.Image:
        leaning = image.rotate(LEAN, resample=Image.Resampling.BICUBIC, fillcolor=255)
        values = np.asarray(leaning, dtype=np.float32)
        values = values + noise.normal(0, NOISE, values.shape)
        return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))

    return bound(map(worn, pictures(data)), QUALITY)


def bound(images: Iterable[Image.Image], quality: int) -> bytes:
    first, *others = images
    out = io.BytesIO()
    first.save(out, "PDF", save_all=True, append_images=others, resolution=DPI, quality=quality)
    return out.getvalue()


FORMS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "docx": (as_word, ".docx"),
    "html": (as_page, ".html"),
    "email": (as_email, ".eml"),
    "scan": (as_scan, ".pdf"),
    "poor": (as_poor_scan, ".pdf"),
}


if __name__ == "__main__":
    main()
