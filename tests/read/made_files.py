"""Word files, web pages, e-mails and archives made by hand, about an invented authority."""

import io
import zipfile
from email.message import EmailMessage

import docx

PARAGRAPHS = (
    "Social workers in Northmere visit children regularly and know them well.",
    "Some plans are not updated when circumstances change, which leaves children waiting.",
)
ITEMS = ("The quality of written plans.", "The timeliness of return home interviews.")
PLAIN = f"Dear Mr Example\n\n{PARAGRAPHS[0]}\n\n{PARAGRAPHS[1]}\n"


def word(build=None) -> bytes:
    """Return a Word file; ``build`` adds to it."""
    document = docx.Document()
    document.add_heading("Focused visit to Northmere", 0)
    document.add_heading("Main findings", 1)
    for text in PARAGRAPHS:
        document.add_paragraph(text)
    document.add_heading("What needs to improve", 2)
    for text in ITEMS:
        document.add_paragraph(text, style="List Bullet")
    if build is not None:
        build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def repacked(content: bytes, parts: dict[str, bytes]) -> bytes:
    """Return a ZIP file with some of its parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return out.getvalue()


def archive(files: dict[str, bytes]) -> bytes:
    """Return a ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def web_page(article: str, *, head: str = "", around: str = "") -> bytes:
    """Return a web page with the furniture of one."""
    return f"""<!doctype html><html><head><meta charset="utf-8"><title>Northmere</title>{head}</head>
    <body><nav><ul><li>Home</li><li>News</li></ul></nav>
    <div class="site-cookie-banner"><p>We use cookies on this site.</p></div>
    <main><article>{article}</article><aside><p>Read more of our stories.</p></aside></main>
    {around}<footer><p>Contact the newsroom.</p></footer></body></html>""".encode()


ARTICLE = (
    "<h1>Visit to Northmere</h1>"
    + "".join(f"<p>{text}</p>" for text in PARAGRAPHS * 5)
    + "<h2>What needs to improve</h2><ul>"
    + "".join(f"<li>{text}</li>" for text in ITEMS)
    + "</ul>"
)


def email(
    body: str = PLAIN, attachments: dict[str, bytes] | None = None, html: str | None = None
) -> bytes:
    """Return an e-mail."""
    message = EmailMessage()
    message["From"], message["To"] = "a@northmere.example", "b@northmere.example"
    message["Subject"] = "Visit"
    message.set_content(body)
    if html is not None:
        message.add_alternative(html, subtype="html")
    for name, content in (attachments or {}).items():
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    return message.as_bytes()
