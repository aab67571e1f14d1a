"""Errors that teach: what, where, what was expected, and how to mend it; all problems at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from .language import PiikitError as PiikitError
from .language import in_language, text


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input, and where.

    Parameters
    ----------
    key : str
        Catalogue key of the message, such as ``"problem.orphan"``.
    values : dict
        What fills the message's placeholders.
    file, sheet, cell, unit, code, value
        Where it stands and what stood there; any may be unknown (None).
    suggestion : str, optional
        The nearest known name, or a value that would be accepted.
    severity : {"error", "warning"}
        Warnings are reported but stop nothing.
    """

    key: str
    values: dict[str, Any] = field(default_factory=dict)
    file: str | None = None
    sheet: str | None = None
    cell: str | None = None
    unit: str | None = None
    code: str | None = None
    value: Any = None
    suggestion: str | None = None
    severity: str = "error"

    def __str__(self) -> str:
        return self.sentence()

    def message(self, lang: str | None = None) -> str:
        """Say what is wrong, without the place."""
        with in_language(lang):
            said = text(self.key, **self.values)
            if self.suggestion:
                said += " " + text("problem.suggestion", name=self.suggestion)
        return said

    def place(self, lang: str | None = None) -> str:
        """Say where it stands: file, sheet, cell, province, indicator, value."""
        parts = [
            text(f"problem.at.{name}", lang, at=at)
            for name in ("file", "sheet", "cell", "unit", "code", "value")
            if (at := getattr(self, name)) is not None
        ]
        return ", ".join(parts)

    def sentence(self, lang: str | None = None) -> str:
        """Place and message in one line."""
        place = self.place(lang)
        return f"{place}: {self.message(lang)}" if place else self.message(lang)


class InputError(PiikitError, ValueError):
    """An input cannot be used; carries every problem found, not only the first.

    Attributes
    ----------
    problems : tuple of Problem
    """

    def __init__(self, problems: Iterable[Problem], *, title: str | None = None) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        self.title = title
        super().__init__(self.problems)

    def __str__(self) -> str:
        return self.report()

    def report(self, lang: str | None = None) -> str:
        """All problems, a line each, in the language asked for."""
        head = self.title or text("error.input", lang, n=len(self.problems))
        return "\n".join([head, *(f"- {p.sentence(lang)}" for p in self.problems)])


class Placed(PiikitError):
    """An error that can be told where it came up: at a code, in a file."""

    where: tuple[tuple[str, str], ...] = ()

    def at(self, **where: str) -> Self:
        """The same, with ``code=`` or ``file=``."""
        self.where = (*where.items(), *self.where)
        return self

    def placed(self, said: str) -> str:
        """A sentence after its place."""
        places = ", ".join(text(f"problem.at.{kind}", at=name) for kind, name in self.where)
        return f"{places}: {said}" if places else said


class UnknownNameError(Placed, KeyError):
    """A name that is not known, with the nearest known ones (never guessed silently)."""

    def __init__(self, kind: str, name: Any, known: Sequence[str]) -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        self.suggestions = nearest(str(name), self.known)
        super().__init__(name)

    def __str__(self) -> str:
        said = text("error.unknown_name", kind=text(f"kind.{self.kind}"), name=str(self.name))
        if self.suggestions:
            said += " " + text("error.did_you_mean", names=", ".join(self.suggestions))
        elif self.known:
            said += " " + text("error.known_names", names=", ".join(self.known[:12]))
        return self.placed(said)


class MethodError(Placed, ValueError):
    """A method that cannot be applied, with what to change."""

    def __init__(self, key: str, **values: Any) -> None:
        self.key, self.values = key, values
        super().__init__(key, values)

    def __str__(self) -> str:
        return self.placed(text(self.key, **self.values))


class ArgumentError(MethodError, TypeError):
    """Something of another kind than a function takes."""

    def __init__(self, function: str, name: str, wanted: str, given: Any) -> None:
        key = "error.table" if wanted == "Dataset" else "error.argument"
        super().__init__(key, function=function, name=name, wanted=wanted, given=type(given).__name__)


def nearest(name: str, known: Sequence[str], *, limit: int = 3, cutoff: float = 72.0) -> list[str]:
    """The known names most like `name` after folding, best first; for suggestions only.

    Similarity never decides: "tp hcm" is nearer to Hải Phòng than to its own province
    for most measures, so a suggestion is shown and a person decides.
    """
    from rapidfuzz import fuzz, process

    from .folding import fold

    found = process.extract(
        fold(name), {k: fold(k) for k in known}, scorer=fuzz.ratio, limit=limit, score_cutoff=cutoff
    )
    return [key for _, _, key in found]


def suggest(name: Any, known: Iterable[Any], *, cutoff: float = 72.0) -> str | None:
    """The one known name most like `name`, to put in a :class:`Problem`; None if none is like it."""
    return next(iter(nearest(str(name), [str(k) for k in known], limit=1, cutoff=cutoff)), None)


def raise_if(problems: Iterable[Problem], *, title: str | None = None) -> None:
    """Raise one :class:`InputError` with all problems, if any is an error."""
    found = list(problems)
    if any(p.severity == "error" for p in found):
        raise InputError([p for p in found if p.severity == "error"], title=title)
