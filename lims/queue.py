"""Work to be done after the commit: a lease table on the laboratory's own database.

`enqueue` stands in the caller's transaction, so the work is promised exactly when
the change is kept. A worker that dies loses its lease and another takes the job.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lims import clock
from lims.db import Base, Key, Moment

LEASE = timedelta(seconds=60)
LONG_LEASE = timedelta(minutes=15)
DELAYS = tuple(timedelta(seconds=s) for s in (1, 5, 30, 300, 900))


class Job(Base):
    __tablename__ = "queue_job"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        {"info": {"unrecorded": "the operation that a job runs records its own event"}},
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    run_at: Mapped[Moment] = mapped_column(index=True)
    leased_until: Mapped[Moment | None]
    attempts: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None] = mapped_column(String(500))
    done_at: Mapped[Moment | None]


def enqueue(session: Session, kind: str, key: str, **payload: Any) -> Job:
    """Promise one piece of work; `key` names it once among its kind."""
    job = Job(kind=kind, key=key, payload=payload, run_at=clock.now(), attempts=0)
    session.add(job)
    return job


def take(session: Session, kinds: Mapping[str, object]) -> Job | None:
    """Lease the oldest job that is due, or None."""
    now = clock.now()
    due = (
        select(Job)
        .where(
            Job.kind.in_(list(kinds)),
            Job.done_at.is_(None),
            Job.run_at <= now,
            or_(Job.leased_until.is_(None), Job.leased_until < now),
        )
        .order_by(Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job = session.scalar(due)
    if job is not None:
        job.leased_until = now + LEASE
        job.attempts += 1
    return job


def hold(job: Job) -> None:
    """Take a job that was promised just now for oneself."""
    job.leased_until, job.attempts = clock.now() + LEASE, 1


def find(session: Session, kind: str, key: str) -> Job | None:
    """The promise of this work, kept or not."""
    return session.scalar(select(Job).where(Job.kind == kind, Job.key == key))


def progress(session: Session, job_id: int, done: int, total: int) -> None:
    """Tell how far long work stands, and keep it from others meanwhile."""
    job = session.get_one(Job, job_id, with_for_update=True)
    job.payload = {**job.payload, "done": done, "total": total}
    job.leased_until = clock.now() + LONG_LEASE


def finish(session: Session, job_id: int) -> None:
    job = session.get_one(Job, job_id, with_for_update=True)
    job.done_at, job.leased_until, job.trouble = clock.now(), None, None


def drop(session: Session, kind: str, keys: Collection[str]) -> None:
    """Take back what was promised and is not done: it must not be done any more."""
    session.execute(
        update(Job)
        .where(Job.kind == kind, Job.key.in_(list(keys)), Job.done_at.is_(None))
        .values(done_at=clock.now(), leased_until=None, trouble="taken back")
    )


def postpone(session: Session, job_id: int, trouble: str) -> None:
    """Try again later, ever more rarely; the page shows the trouble meanwhile."""
    job = session.get_one(Job, job_id, with_for_update=True)
    job.run_at = clock.now() + DELAYS[min(job.attempts, len(DELAYS)) - 1]
    job.leased_until, job.trouble = None, trouble[:500]


def unfinished(session: Session, kind: str) -> list[Job]:
    open_ = select(Job).where(Job.kind == kind, Job.done_at.is_(None))
    return list(session.scalars(open_.order_by(Job.id)))
