"""What the server deletes when it starts and every hour."""

import asyncio
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette

from reviewer.access.actor import Actor
from reviewer.core import clock
from reviewer.operations import leftovers
from reviewer.storage import uploads
from reviewer.storage.backends import STAGING_PREFIX, UNFINISHED_AFTER, LocalStore
from reviewer.web.server import asgi
from tests.calls import SLUG


@pytest.mark.usefixtures("call")
def test_an_abandoned_upload_goes_without_another_upload(admin: Actor) -> None:
    upload = uploads.begin(admin, slug=SLUG, name="lote.zip", size=100)
    leftovers.delete_leftovers()
    assert uploads.path_of(upload).exists()
    with clock.set_to(clock.now() + uploads.ABANDONED_AFTER + timedelta(minutes=1)):
        leftovers.delete_leftovers()
    assert not uploads.path_of(upload).exists()


def test_what_a_killed_process_was_writing_is_deleted(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    killed, under_way = tmp_path / f"{STAGING_PREFIX}1", tmp_path / f"{STAGING_PREFIX}2"
    stored = tmp_path / "ab" / "abc.pdf"
    stored.parent.mkdir()
    for path in (killed, under_way, stored):
        path.write_bytes(b"%PDF")
    long_ago = time.time() - UNFINISHED_AFTER - 60
    for path in (killed, stored):
        os.utime(path, (long_ago, long_ago))
    store.delete_unfinished()
    assert (killed.exists(), under_way.exists(), stored.exists()) == (False, True, True)


def test_a_store_that_does_not_exist_yet_has_no_leftovers(tmp_path: Path) -> None:
    LocalStore(tmp_path / "none").delete_unfinished()


def test_the_server_deletes_leftovers_when_it_starts(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[None] = []
    monkeypatch.setattr(leftovers, "delete_leftovers", lambda: calls.append(None))
    monkeypatch.setattr(asgi, "_preload", lambda: asyncio.sleep(0))

    async def run() -> None:
        async with asgi._lifespan(Starlette()):
            await asyncio.sleep(0.3)

    asyncio.run(run())
    assert calls == [None]
