"""PostgreSQL and Redis of our own: they keep what they are given, and mend what was cut short."""

from collections.abc import Iterator
from pathlib import Path

import environ
import psycopg
import pytest
from redis import Redis as RedisClient

from config.embedded import EmbeddedServiceError, database_url, redis_url, sockets_folder
from config.embedded.postgres import Postgres, wheel_binaries
from config.embedded.redis import Redis, find_binary


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Postgres]:
    server = Postgres(tmp_path, binaries=wheel_binaries(), durable=False)
    yield server
    server.stop()


def ask(folder: Path, query: str) -> list[tuple[object, ...]]:
    where = environ.Env.db_url_config(database_url(folder))
    with psycopg.connect(host=where["HOST"], user=where["USER"], dbname=where["NAME"]) as connection:
        cursor = connection.execute(query)
        return cursor.fetchall() if cursor.description else []


def test_postgres_keeps_its_data_over_a_restart(postgres: Postgres) -> None:
    postgres.start()
    ask(postgres.folder, "CREATE TABLE kept AS SELECT 'Échéance' AS word")
    postgres.stop()
    with pytest.raises(psycopg.OperationalError):
        ask(postgres.folder, "SELECT 1")
    postgres.start()
    assert ask(postgres.folder, "SELECT lower(word) FROM kept") == [("échéance",)]


def test_postgres_has_the_extensions_we_use(postgres: Postgres) -> None:
    postgres.start()
    found = ask(
        postgres.folder,
        "SELECT name FROM pg_available_extensions"
        " WHERE name IN ('btree_gist', 'pg_trgm', 'unaccent') ORDER BY 1",
    )
    assert found == [("btree_gist",), ("pg_trgm",), ("unaccent",)]


def test_a_cluster_cut_short_is_made_again(postgres: Postgres) -> None:
    draft = postgres.folder / "postgres.new"
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")
    postgres.start()
    assert not draft.exists()
    assert ask(postgres.folder, "SELECT current_database()") == [("jalon",)]


def test_a_server_left_behind_is_replaced_and_its_data_kept(postgres: Postgres) -> None:
    postgres.start()
    ask(postgres.folder, "CREATE TABLE kept AS SELECT 7 AS number")
    Postgres(postgres.folder, binaries=postgres.binaries, durable=False).start()
    assert ask(postgres.folder, "SELECT number FROM kept") == [(7,)]


def test_a_stale_pid_file_whose_number_is_anothers_is_ignored(postgres: Postgres) -> None:
    postgres.start()
    postgres.stop()
    (postgres.data / "postmaster.pid").write_text("1\n")
    postgres.start()
    assert ask(postgres.folder, "SELECT 1") == [(1,)]


def test_a_long_path_gets_a_short_socket_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100)
    assert len(str(sockets_folder(deep))) < 80
    assert sockets_folder(deep) == sockets_folder(deep)
    assert sockets_folder(deep) != sockets_folder(tmp_path / ("e" * 100))


def test_redis_may_be_that_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.embedded.redis.find_spec", lambda name: None)
    installed = tmp_path / "valkey-server"
    installed.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_binary() == installed
    installed.unlink()
    with pytest.raises(EmbeddedServiceError, match=r"Install the package redis-server.* REDIS_URL"):
        find_binary()


def test_redis_keeps_its_data_over_a_restart(tmp_path: Path) -> None:
    first, second = (Redis(tmp_path, binary=find_binary()) for _ in range(2))
    try:
        first.start()
        with RedisClient.from_url(redis_url(tmp_path)) as client:
            client.set("kept", "7")
        second.start()  # as after a run that was killed: the first is still there
        with RedisClient.from_url(redis_url(tmp_path)) as client:
            assert client.get("kept") == b"7"
    finally:
        second.stop()
        first.stop()
