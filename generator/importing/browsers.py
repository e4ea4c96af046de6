"""Tell what a browser adds to a request by itself, which a script has no use for, and what goes to trackers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

# What browsers send by themselves: what they are, what page they show, how they cache and connect.
_OF_BROWSERS = re.compile(
    r"user-agent|accept-encoding|accept-language|referer|origin|connection|keep-alive|proxy-connection|host|content-length|"
    r"transfer-encoding|cache-control|pragma|dnt|upgrade-insecure-requests|priority|te|if-none-match|if-modified-since|alt-used|"
    r"save-data|purpose|x-client-data|x-purpose|x-moz|sec-.*|access-control-request-.*|device-memory|dpr|"
    r"viewport-width|width|downlink|ect|rtt|x-devtools-.*|expect",
    re.IGNORECASE,
)
_OF_COPIES = re.compile(r"sec-(?:fetch|ch-ua|gpc)\b.*", re.IGNORECASE)
_WITH_USER_AGENT = ("accept-language", "referer", "origin")

# Hosts that count and watch visitors, and report a page's errors; a host below one of them too.
_TRACKERS = re.compile(
    r"(?:.+\.)?(?:google-analytics|analytics\.google|googletagmanager|doubleclick|googlesyndication|googleadservices|hotjar|clarity|"
    r"mixpanel|amplitude|segment|fullstory|heapanalytics|mouseflow|crazyegg|cloudflareinsights|scorecardresearch|quantserve|criteo|taboola|"
    r"outbrain|adnxs|demdex|omtrdc|nr-data|lr-ingest|bugsnag|analytics\.tiktok|track\.hubspot|ads\.linkedin|bat\.bing|mc\.yandex|hm\.baidu|"
    r"cnzz|umeng|(?:ingest\.)(?:\w+\.)?sentry|browser-intake-datadoghq)\.(?:com|net|io|ms|org|ru|eu|cn)",
    re.IGNORECASE,
)
_TRACKER_PATH = re.compile(r"/(?:matomo|piwik)\.php$|/com\.snowplowanalytics\.snowplow/")
_TRACKER_COOKIE = re.compile(
    r"_ga(?:_\w+)?|_gid|_gat(?:_\w+)?|_gcl_\w+|_fb[pc]|_hj\w+|__utm[a-z]|_pk_\w+\.?.*|_cl(?:ck|sk)|Hm_lp?v?t_\w+|CNZZDATA\d+|UM_distinctid|"
    r"ajs_\w+|mp_\w+_mixpanel|amp(?:litude)?_\w+|_uet[sv]id|_tt_enable_cookie|_ttp|OptanonConsent|CookieConsent"
)


def adds(name: str, value: str) -> bool:
    """Tell whether a browser adds a header by itself; `Accept: */*` too, which curl sends."""
    return _OF_BROWSERS.fullmatch(name) is not None or (name.lower() == "accept" and "*/*" in value)


def is_copy(headers: Sequence[tuple[str, str]]) -> bool:
    """Tell whether a command is what a browser's tools copy: it has headers that nobody types."""
    names = {name.lower() for name, _ in headers}
    is_browser = any(name.lower() == "user-agent" and value.startswith("Mozilla/") for name, value in headers)
    return any(_OF_COPIES.fullmatch(name) for name in names) or (is_browser and not names.isdisjoint(_WITH_USER_AGENT))


def is_tracker(url: str) -> bool:
    """Tell whether an address is one of those that count visitors."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:  # brackets that do not close
        return False
    is_pixel = host.endswith("facebook.com") and parts.path.rstrip("/") == "/tr"
    return _TRACKERS.fullmatch(host) is not None or _TRACKER_PATH.search(parts.path) is not None or is_pixel


def is_tracker_cookie(name: str) -> bool:
    """Tell whether a cookie is one by which trackers know visitors again."""
    return _TRACKER_COOKIE.fullmatch(name) is not None
