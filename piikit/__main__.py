"""``python -m piikit`` and the console script: Ctrl-C ends them with a sentence and 130 from the first moment on."""

import os
import sys

# a click.py or random.py in the folder where a person works is a file of theirs, not one of ours
_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:] = [p for p in sys.path if os.path.abspath(p) in {_OURS} or os.path.abspath(p) != os.getcwd()]


def main() -> None:
    """Load the command line and run it."""
    try:
        from piikit.cli import main as run

        run()
        return
    except KeyboardInterrupt:  # before the command line could see it
        _say_stopped()
    except SystemExit as done:
        if done.code != 130:
            raise
    sys.stdout.flush()
    # Python would end by the signal itself where that came while it executed a string, as dataclasses do
    os._exit(130)


def _say_stopped() -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from piikit.base.language import LANGUAGES, text

    asked = [a.removeprefix("--lang=") for a in sys.argv]
    print(
        text("cli.stopped", lang=next((a for a in asked if a in LANGUAGES), None)),
        file=sys.stderr,
        flush=True,
    )


if __name__ == "__main__":
    main()
