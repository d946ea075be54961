"""Second factors at rest: the secrets that codes are made of, and recovery codes by hash."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Delete, delete, func, insert, or_, select, update

from parvis.store.database import Database
from parvis.store.schema import account, recovery_code


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What an account's codes are made of.

    Args:
        secret: shared with the person's device, base 32.
        step: the number of the time step whose code was taken last; None before the first.
    """

    secret: str
    step: int | None


class SecondFactors:
    """The second factors of one store. Every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, account_id: int) -> SecondFactor | None:
        """An account's second factor; None without one."""
        query = select(account.c.totp_secret, account.c.totp_step).where(account.c.id == account_id)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None or row.totp_secret is None else SecondFactor(*row)

    def enrol(self, account_id: int, secret: str, step: int, code_hashes: Iterable[str]) -> None:
        """Give an account a second factor and its recovery codes, in place of those before.

        Args:
            step: of the code that proved it: it is not taken again.
        """
        with self._database.writing() as connection:
            connection.execute(
                update(account)
                .where(account.c.id == account_id)
                .values(totp_secret=secret, totp_step=step)
            )
            connection.execute(
                delete(recovery_code).where(recovery_code.c.account_id == account_id)
            )
            rows = [{"account_id": account_id, "code_hash": one} for one in code_hashes]
            connection.execute(insert(recovery_code), rows)

    def remove(self, account_id: int) -> None:
        """Take the second factor and its recovery codes from an account."""
        with self._database.writing() as connection:
            connection.execute(
                update(account)
                .where(account.c.id == account_id)
                .values(totp_secret=None, totp_step=None)
            )
            connection.execute(
                delete(recovery_code).where(recovery_code.c.account_id == account_id)
            )

    def take_step(self, account_id: int, step: int) -> bool:
        """Note that the code of a step is used; false when it, or a later one, was used before."""
        fresh = or_(account.c.totp_step.is_(None), account.c.totp_step < step)
        take = update(account).where(account.c.id == account_id, fresh).values(totp_step=step)
        with self._database.writing() as connection:
            return connection.execute(take).rowcount == 1

    def use_recovery(self, account_id: int, code_hash: str, now_s: float) -> bool:
        """Use a recovery code up; false when it is unknown or was used before."""
        use = (
            update(recovery_code)
            .where(
                recovery_code.c.account_id == account_id,
                recovery_code.c.code_hash == code_hash,
                recovery_code.c.used_s.is_(None),
            )
            .values(used_s=now_s)
        )
        with self._database.writing() as connection:
            return connection.execute(use).rowcount == 1

    def recovery_left(self, account_id: int) -> int:
        """How many recovery codes are not used yet."""
        query = select(func.count()).where(
            recovery_code.c.account_id == account_id, recovery_code.c.used_s.is_(None)
        )
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())


def _recovery_of(account_id: int) -> Delete:
    return delete(recovery_code).where(recovery_code.c.account_id == account_id)
