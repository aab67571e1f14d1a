"""Write ``docs/api.md``: every public name in its group, with the first sentence of its docstring.

Run ``python scripts/api_page.py``; a test holds the page and the code together.
"""

from __future__ import annotations

import inspect
from pathlib import Path

import piikit

PAGE = Path(__file__).resolve().parents[1] / "docs" / "api.md"
TITLES = {
    "first": ("Vòng đầu: những tên mà sổ tay dạy", "First circle: the names that the notebooks teach"),
    "data": ("Địa phương và số liệu", "Provinces and data"),
    "reading": ("Đọc tệp của các cơ quan", "Reading what offices have"),
    "extending": ("Mở rộng", "Extending"),
    "print": ("Số đã công bố và các bộ số liệu giả định", "Print and draws"),
    "what_if": ("Giả định và mức độ khó", "What-ifs and effort"),
    "choosing": ("Hành động và lựa chọn", "Actions and choosing"),
}
HEAD = """# Giao diện lập trình · The public names

`import piikit as pk`. Tên nạp khi dùng lần đầu; `help(pk.tên)` cho tham số, đơn vị, lỗi, nguồn và một ví dụ chạy được.
Names load on first use; `help(pk.name)` gives parameters, units, errors, source and an example that runs.
"""


CONSTANTS = {
    "MISSING": "Stands for a value that is taken away, in `what_if` and in rows for `Response.evaluate`"
}


def first_sentence(name: str) -> str:
    """The first line of a public name's docstring; a plain number has none of its own."""
    found = getattr(piikit, name)
    said = CONSTANTS.get(name) or inspect.getdoc(found if callable(found) else type(found)) or ""
    return said.split("\n\n")[0].replace("\n", " ").split(". ")[0].rstrip(".")


def page() -> str:
    """Text of ``docs/api.md``."""
    parts = [HEAD]
    for group, names in piikit.GROUPS.items():
        vi, en = TITLES[group]
        parts.append(f"\n## {vi} · {en}\n\n| `pk.` | |\n|---|---|\n")
        parts += [f"| `{name}` | {first_sentence(name)} |\n" for name in names]
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
