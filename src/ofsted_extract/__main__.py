"""``python -m ofsted_extract`` is the command ``ofsted-extract``."""

from ofsted_extract.cli import main

main()
