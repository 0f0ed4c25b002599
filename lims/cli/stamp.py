"""`lims stamp`: a timestamp of the newest checkpoint, now."""

import click

from lims.anchors.authority import NoStamp
from lims.anchors.post import NoAnswer
from lims.anchors.rounds import stamp_now
from lims.laboratory import Laboratory


@click.command("stamp")
@click.pass_obj
def command(laboratory: Laboratory) -> None:
    """Have the newest checkpoint stamped by the authority of the settings."""
    if laboratory.authority is None:
        raise click.ClickException(
            "No authority is set. Set timestamp_url and timestamp_root, or "
            "LIMS_TIMESTAMP_URL and LIMS_TIMESTAMP_ROOT."
        )
    try:
        had = stamp_now(laboratory.database, laboratory.authority)
    except (NoAnswer, NoStamp) as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"'{had.authority}' stamped the checkpoint at {had.at:%Y-%m-%d %H:%M:%S} UTC."
    )
