"""``python -m reviewer COMMAND``."""

import sys

try:
    from reviewer.cli import main

    code = main(sys.argv[1:])
except KeyboardInterrupt:  # while all was still being loaded
    print("Interrumpido: no se hizo nada.", file=sys.stderr)
    code = 3
sys.exit(code)
