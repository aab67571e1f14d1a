"""The command line: thin verbs, each in its own file, loaded when called."""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import redirect_stderr, redirect_stdout, suppress
from typing import Any

import click

from .. import __version__
from ..base.errors import PiikitError, UnknownNameError
from ..base.files import inputs_kept
from ..base.language import LANGUAGES, set_language, text
from .outputs import Said, with_force

REPORT, STARTED = "PIIKIT_TRACEBACK", "PIIKIT_STARTED"
# each a file under piikit.cli
VERBS = (
    "run", "index", "template", "check", "export", "page", "brief", "diagnose", "explain", "what-if", "plan", "drivers",
)  # fmt: skip


class Verbs(click.Group):
    """A group that imports a verb's file only when the verb is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all verbs, in the order of use."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one verb."""
        if cmd_name not in VERBS:
            raise click.UsageError(str(UnknownNameError("verb", cmd_name, VERBS)), ctx)
        found: click.Command = importlib.import_module(f"{__name__}.{cmd_name.replace('-', '_')}").command
        return with_force(found)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List verbs from the table, without importing them."""
        with formatter.section(text("cli.commands")):
            formatter.write_dl([(name, text(f"cli.verb.{name}")) for name in VERBS])


def _language(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value:
        set_language(value)
    return value


def lang_option(function: Any) -> Any:
    """``--lang vi|en``, for the group and for every verb."""
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        callback=_language,
        expose_value=False,
        is_eager=True,
        help=text("cli.option.lang"),
    )(function)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
@lang_option
@click.version_option(__version__, prog_name="piikit")
def group() -> None:
    """piikit: chỉ số đổi mới sáng tạo cấp địa phương (PII) · Provincial Innovation Index."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    with redirect_stdout(_said(sys.stdout)), redirect_stderr(_said(sys.stderr)):
        code = _run(arguments)
    solver = sys.modules.get("piikit.policy.choose.highs")
    if solver is not None and solver.left():
        # a solver that nobody waits for any longer must not hold up the end
        sys.stdout.flush()
        os._exit(code)
    if code:
        sys.exit(code)


def _started() -> str:
    """How the person started this."""
    return os.environ.get(STARTED, "piikit")


def _said(stream: Any) -> Any:
    return Said(stream, _started(), VERBS)


def _run(arguments: list[str] | None) -> int:
    """Exit code of a verb, which says what is wrong in a sentence, never in a traceback.

    0; 1 where standard output was closed; 2 for what the person can mend; 130 if Ctrl-C came where nothing
    had been found; 3 for a fault of piikit's own, which ``PIIKIT_TRACEBACK`` in the environment lets through.
    """
    try:
        with inputs_kept():
            group.main(args=arguments, prog_name=_started(), standalone_mode=False)
            sys.stdout.flush()
        return 0
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
    except (click.Abort, KeyboardInterrupt):
        _say(text("cli.stopped"))
        return 130
    except (PiikitError, FileNotFoundError) as error:
        _say(str(error))
    except BrokenPipeError:
        # what reads our output has gone; Python must not try to write the rest at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        _say(text("cli.system", why=error.strerror or str(error), file=error.filename or ""))
    except Exception as error:
        if os.environ.get(REPORT):
            raise
        _say(text("cli.fault", kind=type(error).__name__, why=str(error)[:300], name=REPORT))
        return 3
    return 2


def _say(sentence: str) -> None:
    with suppress(OSError):
        click.echo(sentence, err=True)
