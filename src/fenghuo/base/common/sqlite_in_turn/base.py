"""The backend that settings name: a transaction begins when its turn has come."""

from typing import Any

from django.db.backends.sqlite3 import base

from fenghuo.base.common.sqlite_in_turn.turns import Turns


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions wait in line; statements outside of one go as before."""

    _turns: Turns | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open the database, and its line where it is a file."""
        connection = super().get_new_connection(conn_params)
        if not self.is_in_memory_db():
            self._leave_line()
            self._turns = Turns(str(conn_params["database"]), float(conn_params.get("timeout", 5.0)))
        return connection

    def _start_transaction_under_autocommit(self) -> None:
        if self._turns is not None:
            self._turns.wait()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._done()
            raise

    def _commit(self) -> Any:
        try:
            return super()._commit()  # type: ignore[misc]
        finally:
            if not self._in_transaction():
                self._done()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._done()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._leave_line()

    def _in_transaction(self) -> bool:
        """A commit that failed leaves the transaction open; a rollback follows."""
        return self.connection is not None and bool(self.connection.in_transaction)

    def _done(self) -> None:
        if self._turns is not None:
            self._turns.done()

    def _leave_line(self) -> None:
        if self._turns is not None:
            self._turns.close()
            self._turns = None
