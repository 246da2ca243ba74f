"""``python -m reviewer COMMAND``."""

import sys

from reviewer.cli import main

sys.exit(main(sys.argv[1:]))
