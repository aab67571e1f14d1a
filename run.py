# -*- coding: utf-8 -*-
"""Set piikit up and start it: ``python run.py``, ``python run.py test``, ``python run.py help``.

Needs Python 3.11 or newer and nothing else. This file only looks at the version, so it is written
for any Python, however old; the work is done in ``scripts/bootstrap.py``.
"""

from __future__ import print_function, unicode_literals

import os
import sys

NEEDED = (3, 11)


def refuse():
    """Say in one sentence, on any console of any Python, which version is needed."""
    have = "%d.%d" % sys.version_info[:2]
    sentences = (
        "piikit cần Python 3.11 trở lên, máy đang dùng Python %s: hãy cài Python mới hơn rồi chạy lại.",
        "piikit needs Python 3.11 or newer and this is Python %s: install a newer one and start again.",
    )
    for sentence in sentences:
        encoding = getattr(sys.stderr, "encoding", None) or "ascii"
        printable = (sentence % have).encode(encoding, "replace")
        print(printable.decode(encoding) if sys.version_info[0] > 2 else printable, file=sys.stderr)
    return 2


def main(arguments):
    if sys.version_info < NEEDED:
        return refuse()
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "scripts"))
    import bootstrap

    return bootstrap.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
