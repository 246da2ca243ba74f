"""A store that speaks S3, in this process, over real HTTP: moto's server."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
import requests
import s3fs
from moto.server import ThreadedMotoServer

from reviewer.storage import backends

BUCKET = "documentos"
URL = f"s3://{BUCKET}/dictamen"


@dataclass
class Store:
    """A running server; ``stop`` it, and it is away until ``start``."""

    server: ThreadedMotoServer
    endpoint: str = ""

    def keys(self) -> set[str]:
        """The names of all objects."""
        listed = self._client().list_objects_v2(Bucket=BUCKET)
        return {each["Key"] for each in listed.get("Contents", [])}

    def replace(self, key: str, content: bytes) -> None:
        """Alters an object behind the application's back."""
        self._client().put_object(Bucket=BUCKET, Key=key, Body=content)

    def start(self) -> None:
        """Answers, at the same address as before, with what it held."""
        self.server.start()
        host, port = self.server.get_host_and_port()
        self.endpoint = f"http://{host}:{port}"

    def stop(self) -> None:
        """From now on nobody answers."""
        _, port = self.server.get_host_and_port()
        self.server.stop()
        self.server = _server(port)

    def make_bucket(self) -> None:
        """Makes the bucket, and what was in one of this name is gone."""
        requests.post(f"{self.endpoint}/moto-api/reset", timeout=10)
        self._client().create_bucket(Bucket=BUCKET)

    def _client(self) -> Any:
        return boto3.client("s3", endpoint_url=self.endpoint)


@contextmanager
def running(patch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Starts the server with an empty bucket, and points this process and its children to it."""
    store = Store(_server(0))
    store.start()
    for name, value in {
        "AWS_ENDPOINT_URL": store.endpoint,
        "AWS_ACCESS_KEY_ID": "prueba",
        "AWS_SECRET_ACCESS_KEY": "prueba",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        patch.setenv(name, value)
    _forget()
    store.make_bucket()
    try:
        yield store
    finally:
        store.server.stop()
        _forget()


def _forget() -> None:
    """Who speaks to a server keeps the address that was set when it began."""
    backends.store_at.cache_clear()
    s3fs.S3FileSystem.clear_instance_cache()


def _server(port: int) -> ThreadedMotoServer:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # else a line for each request
    return ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
