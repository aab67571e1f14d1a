"""``python -m piikit``."""

from piikit.cli import main

if __name__ == "__main__":
    main()
