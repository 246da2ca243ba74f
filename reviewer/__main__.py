"""``python -m reviewer COMMAND``."""

import os
import sys

os.umask(0o077)  # what an installation keeps is for its owner: identity papers, grades, exports

try:
    from reviewer.cli import main

    code = main(sys.argv[1:])
    sys.stdout.flush()
except BrokenPipeError:  # whoever read has enough, as ``| head`` does: the rest goes nowhere
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    code = 3
except KeyboardInterrupt:  # while all was still being loaded
    print("Interrumpido: no se hizo nada.", file=sys.stderr)
    code = 3
sys.exit(code)
