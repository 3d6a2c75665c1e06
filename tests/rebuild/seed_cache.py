"""Put the context of RO-Crate 1.1 into the validator's cache, as if it had been downloaded.

Run by the Python of `make tools`: seed_cache.py CACHE CONTEXT
"""

import sys
from pathlib import Path

from requests import Request, Response
from requests_cache import CachedSession
from urllib3 import HTTPResponse

ADDRESS = "https://w3id.org/ro/crate/1.1/context"

cache, context = sys.argv[1:]
response = Response()
response.status_code, response.url, response._content = 200, ADDRESS, Path(context).read_bytes()
response.headers["Content-Type"] = "application/ld+json"
response.request = Request("GET", ADDRESS).prepare()
response.raw = HTTPResponse(request_url=ADDRESS)
CachedSession(cache, backend="sqlite", expire_after=-1).cache.save_response(response)
