"""What to do about a fault that the verification found: a sentence for each kind. Pure.

The first word of where it was found tells the kind; an item is named by its uid.
"""

ITEM = (
    "Change nothing. Restore backups beside the database, the newest first, and run "
    "`lims verify` there: the first one that is whole shows since when, and has the "
    "rows as they were."
)
LOG = (
    "Stop the integrator and change nothing. Restore the database from a backup that "
    "`lims verify` finds whole; if it lacks what the log has signed, `lims log restart`"
    " begins a new log and tells of the loss. Ask the witnesses for the newest state."
)
REMEDIES = {
    "bench": (
        "Change nothing. The bench keeps every reading in its own outbox: compare the "
        "two, and restore the database from a backup that `lims verify` finds whole."
    ),
    "checkpoint": LOG,
    "guards": (
        "Take the laboratory off the network and find out who acted as the owner of "
        "the tables: since the guard fell, rows could be rewritten. Restore the "
        "database from before; a backup has its guards."
    ),
    "last checkpoint": (
        "Find out who removed it. It lies beside the log's keys: the integrator puts "
        "it back as it was signed at its next start. Then verify again."
    ),
    "log": LOG,
    "log key": LOG,
    "log keys": (
        "Put the folder of the log's keys back from its backup, readable by its owner "
        "alone; if a stranger may have read it, `lims log rotate` after that."
    ),
    "policy": (
        "Correct the policy's file, or take it from the witnesses anew, and verify "
        "again. What they signed until then is kept."
    ),
    "record": (
        "The disk or the database is damaged. Copy both as they are, then restore from "
        "a backup that `lims verify` finds whole."
    ),
    "roles": (
        "Give the program a role that owns nothing: `lims grant` as the owner sets the "
        "rights of both roles."
    ),
    "subject keys": (
        "Restore the folder of the subjects' keys from its backup and verify again: "
        "until then nothing sealed can be read, and none of it is lost."
    ),
    "witness": (
        "Change nothing. A witness remembers more of this log, or another history of "
        "it: an older database and older keys were put in place, or the record was "
        "rewritten. Compare its last checkpoint with every backup and paper you hold."
    ),
}


def remedy(where: str) -> str:
    """By the longest kind that the place begins with; else it is an item's uid."""
    for kind in sorted(REMEDIES, key=len, reverse=True):
        if where == kind or where.startswith(f"{kind} "):
            return REMEDIES[kind]
    return ITEM
