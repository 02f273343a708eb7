"""Our own Valkey: no port, nothing evicted, nothing lost by a restart."""

import redis

from config.standalone.pair import Pair


def test_it_listens_on_its_socket_alone(pair: Pair) -> None:
    with redis.Redis.from_url(pair.addresses.redis_url) as client:
        settings = client.config_get("port", "maxmemory-policy", "appendonly")

    assert settings == {"port": "0", "maxmemory-policy": "noeviction", "appendonly": "yes"}


def test_what_was_written_outlives_a_kill(pair: Pair) -> None:
    assert pair.valkey is not None
    assert pair.valkey.process is not None
    with redis.Redis.from_url(pair.addresses.redis_url) as client:
        client.set("kept", "7")

    pair.valkey.process.kill()
    pair.valkey.process.wait()
    pair.valkey.start()

    with redis.Redis.from_url(pair.addresses.redis_url) as client:
        assert client.get("kept") == b"7"
