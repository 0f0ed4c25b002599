"""`lims witness` without the rest of the commands, which a witness does not need."""

from lims.cli.witness import command

if __name__ == "__main__":
    command()
