"""Entry point of ``python -m reviewer`` and of the console script ``dictamen``."""

import os
import sys
from typing import NoReturn


def run() -> NoReturn:
    """Runs the command given on the command line and exits with its code."""
    os.umask(0o077)  # identity papers, grades and exports are readable by their owner alone
    try:
        from reviewer.cli import main

        code = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of the output has closed it, as ``| head`` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 3
    except KeyboardInterrupt:  # before the command line was loaded
        print("Interrumpido: no se hizo nada.", file=sys.stderr)
        code = 3
    sys.exit(code)


if __name__ == "__main__":
    run()
