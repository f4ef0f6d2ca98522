"""Exit status 0 when a URL answers 200, and, where a key is named, its JSON has a value there."""

from __future__ import annotations

import json
import sys
import urllib.request


def main(url: str, key: str | None = None) -> int:
    """Says why on stderr when it is not so."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as response:
            content = response.read()
        if key is None or json.loads(content).get(key):
            return 0
        print(f"{url}: no {key}", file=sys.stderr)
    except (OSError, ValueError, AttributeError) as error:
        print(f"{url}: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
