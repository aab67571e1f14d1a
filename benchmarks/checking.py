"""Processor seconds of ``piikit check`` on small files, in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

CODE = """
import time
start = time.process_time()
import piikit.data.reading.table.file_check as checking
imported = time.process_time()
report = checking.check_file({file!r}, framework={framework!r})
report.summary(), [problem.sentence() for problem in report.problems]
print(start, imported - start, time.process_time() - imported)
"""


def main() -> bool:
    """Print start, imports and work for a CSV and a template; whether imports and work take at most a second.

    Bytecode is kept in a folder of its own and the first run is not counted: without it Python compiles pandas
    anew each time, which takes three times as long as everything else.
    """
    import piikit as pk

    good = True
    with tempfile.TemporaryDirectory() as folder:
        small, template = Path(folder, "small.csv"), Path(folder, "template.xlsx")
        small.write_text("Tỉnh;2.1;2.2\nCần Thơ;6,4;70,5\nHà Nội;6,9;49,1\n", encoding="utf-8")
        pk.write_template(template, framework="open-2022")
        env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        env["PYTHONPYCACHEPREFIX"] = folder
        for file, framework in ((small, "open-2022"), (template, None)):
            code = CODE.format(file=str(file), framework=framework)
            turns = [
                subprocess.run(
                    [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
                )
                for _ in range(4)
            ][1:]
            start, imports, work = min(tuple(map(float, t.stdout.split())) for t in turns)
            good = good and imports + work <= 1.0
            print(
                f"check {file.name}: start {start:.2f} s, imports {imports:.2f} s, work {work:.2f} s of processor"
            )
    return good
