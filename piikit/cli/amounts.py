"""Amounts of money on the command line, read as in every file."""

from __future__ import annotations

from typing import Any

import click


class Billions(click.ParamType):
    """Billion đồng, or an amount with its words ("500 triệu"), which is converted and said."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it; what can be read in two ways, or has anything else beside it, is refused."""
        from ..data.reading.table import indicator_values

        read, problems = indicator_values.read_amount(value, indicator_values.BILLIONS)
        if any(p.severity == "error" for p in problems):
            self.fail("; ".join(p.sentence() for p in problems), param, ctx)
        for p in problems:
            click.echo(p.sentence(), err=True)
        return read


BILLIONS = Billions()
