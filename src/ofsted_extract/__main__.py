"""``python -m ofsted_extract`` is the command ``ofsted-extract``."""

from ofsted_extract.cli import main

if __name__ == "__main__":
    main()
