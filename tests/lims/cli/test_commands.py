"""Each command is a module that is imported when it is wanted."""

import subprocess
import sys

import click
from click.testing import CliRunner

from lims.cli import all_commands

HEAVY = {
    "PIL",
    "alembic",
    "jsonschema",
    "lims.demo",
    "psycopg",
    "pypdfium2",
    "reportlab",
    "rfc3161_client",
    "zxingcpp",
}
"""What prints, draws, migrates or validates: tens of megabytes in each process."""
SERVING = """
import sys, tempfile
from dataclasses import replace
from pathlib import Path
from app import laboratory
from config.settings import load
from lims import web
import lims.cli.serve
with tempfile.TemporaryDirectory() as folder:
    settings = replace(
        load(environment={}),
        database_url=f"sqlite:///{folder}/nomen.db",
        secret_key_file=f"{folder}/secret.key",
    )
    web.create_app(laboratory(settings))
print(*sys.modules)
"""


def test_every_command_is_found_by_its_name() -> None:
    group = all_commands()
    context = click.Context(group)
    names = group.list_commands(context)
    assert "serve" in names
    for name in names:
        command = group.get_command(context, name)
        assert command is not None
        assert command.name == name


def test_an_unknown_command_is_refused_with_its_name() -> None:
    answer = CliRunner().invoke(all_commands(), ["nonsense"])
    assert answer.exit_code == 2
    assert "nonsense" in answer.output


def test_a_server_holds_nothing_that_only_others_need() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", SERVING], capture_output=True, text=True, check=True
    )
    loaded = set(answer.stdout.split())
    assert "lims.web.labels" in loaded
    assert loaded & HEAVY == set()
