"""API tokens at rest: by their hash, with their scopes and their end."""

from dataclasses import dataclass

from sqlalchemy import RowMapping, delete, insert, select, update

from parvis.store.database import Database
from parvis.store.schema import api_token


@dataclass(frozen=True, slots=True)
class ApiToken:
    """What a program signs in with: times in seconds since the epoch.

    Args:
        id: how it is named; opens nothing.
        account_id: whose it is.
        name: what it is for, in its owner's words.
        scopes: the server's words for what it may do.
    """

    id: str
    account_id: int
    name: str
    scopes: frozenset[str]
    created_s: float
    expires_s: float
    last_used_s: float | None = None


class ApiTokens:
    """The API tokens of one store. Every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, token: ApiToken, token_hash: str) -> None:
        """Keep a new one."""
        with self._database.writing() as connection:
            connection.execute(
                insert(api_token).values(
                    id=token.id,
                    account_id=token.account_id,
                    name=token.name,
                    token_hash=token_hash,
                    scopes=" ".join(sorted(token.scopes)),
                    created_s=token.created_s,
                    expires_s=token.expires_s,
                )
            )

    def find(self, token_hash: str, now_s: float) -> ApiToken | None:
        """The token under that hash, if it has not run out."""
        query = select(*_SHOWN).where(
            api_token.c.token_hash == token_hash, api_token.c.expires_s > now_s
        )
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else _token(row)

    def of(self, account_id: int) -> list[ApiToken]:
        """An account's tokens, those that have run out too, the newest first."""
        query = (
            select(*_SHOWN)
            .where(api_token.c.account_id == account_id)
            .order_by(api_token.c.created_s.desc(), api_token.c.id)
        )
        with self._database.reading() as connection:
            return [_token(row) for row in connection.execute(query).mappings()]

    def touch(self, token_id: str, now_s: float) -> None:
        """Note that it was used."""
        with self._database.writing() as connection:
            connection.execute(
                update(api_token).where(api_token.c.id == token_id).values(last_used_s=now_s)
            )

    def revoke(self, account_id: int, token_id: str) -> bool:
        """Delete a token of that account; false when it has none of that name."""
        gone = delete(api_token).where(
            api_token.c.account_id == account_id, api_token.c.id == token_id
        )
        with self._database.writing() as connection:
            return connection.execute(gone).rowcount == 1

    def revoke_all(self, account_id: int) -> int:
        """Delete every token of an account; how many."""
        gone = delete(api_token).where(api_token.c.account_id == account_id)
        with self._database.writing() as connection:
            return connection.execute(gone).rowcount


_SHOWN = tuple(column for column in api_token.c if column.name != "token_hash")


def _token(row: RowMapping) -> ApiToken:
    return ApiToken(**{**row, "scopes": frozenset(row["scopes"].split())})
