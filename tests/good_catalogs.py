"""What the scripts of the catalogs under catalogs/good/ are given, and the requests that must come out."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from wire import Json, Part, Sent

FILES = {
    "audio.mp3": b"ID3\x00\xff\r\n\x1a",
    "picture.png": b"\x89PNG\r\n\x1a\n\x00",
    'it\'s "a" $(touch pwned) \\ ;x,y.png': b"\x89PNG odd name\n",
    "system.txt": "第一行\n\"second\" 'third'\n\n".encode(),
    "-n": b"a name like an option\n",
    "documents.ndjson": '{"index": {}}\n{"title": "红楼梦"}\r\n'.encode(),
    "query.json": b'\n{"match_all": {"boost": 1.5}}\n',
}


@dataclass(frozen=True)
class Case:
    """A cell, what its user gives, and the request that must come out."""

    catalog: str
    backend: str
    endpoint: str
    expected: Sent
    arguments: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    stdin: bytes = b""

    @property
    def given(self) -> bool:
        """Whether the request differs from what the catalog alone says."""
        return bool(self.arguments)


JSON = {"content-type": "application/json"}
KEY = {"authorization": "Bearer sk-1"}
VAULT = {"x-vault-token": "t-1"}
LAB = {"x-team": "core", "accept": "application/json"}
TAGS = "trace=1&tag=a&tag=b"
HOSTILE_NAME = 'it\'s "a" $(touch pwned) \\ ;x,y.png'


def lab(endpoint: str, expected: Sent, *arguments: str, stdin: bytes = b"", **env: str) -> Case:
    return Case("everything", "lab", endpoint, expected, arguments, env, stdin)


def png(content: bytes) -> str:
    return base64.b64encode(content).decode()


ASKED = {
    "model": "large",
    "temperature": 0.7,
    "stream": False,
    "messages": [{"role": "system", "content": "简短"}, {"role": "user", "content": "再见"}],
    "options": {"seed": 1, "stop": ["END"]},
    "extra": {"list": [1, 2]},
}
STARS = "query($owner: String!, $name: String!) {\n  repository(owner: $owner, name: $name) { stars }\n}"
ISSUES = {"accept": "application/vnd.github+json", "x-github-api-version": "2022-11-28"}
PACKED = {"accept-encoding": "gzip"}
MESSAGE = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 1024,
    "messages": [{"role": "user", "content": "解释人工智能"}],
}
VERSION = {"anthropic-version": "2023-06-01", "x-api-key": "sk-1"}
FIELDS = {"content-type": "application/x-www-form-urlencoded"}
PAYMENTS = {"authorization": "Basic c2stMTo=", "api-version": "2026-09-30"}
CHECKOUT = (
    b"mode=payment&success_url=https%3A%2F%2Fshop.example%2Fthanks%3Forder%3D6735%26paid%3Dyes"
    b"&line_items[0][price]=price_1&line_items[0][quantity]=2&payment_method_types[]=card&payment_method_types[]=ideal&metadata[order]=6735"
)
SEARCHED = {"size": 10, "query": {"match": {"title": "红楼梦"}}}
RECORD = Part("record", b'{"title": "A letter, 1901", "tags": ["family"]}')
FORM = [Part("title", "标题".encode()), Part("labels", b"one"), Part("file", FILES["picture.png"], "picture.png")]

CASES = {
    "ollama": Case("ollama-tags", "ollama", "tags", Sent("GET", "/api/tags")),
    "litellm": Case(
        "litellm-key",
        "litellm",
        "generate-key",
        Sent(
            "POST",
            "/key/generate",
            KEY | JSON,
            Json({"models": ["gpt-3.5-turbo"], "duration": "30d", "metadata": {"user": "someone@example.com"}}),
        ),
        env={"LITELLM_MASTER_KEY": "sk-1"},
    ),
    "litellm-given": Case(
        "litellm-key",
        "litellm",
        "generate-key",
        Sent(
            "POST",
            "/key/generate",
            KEY | JSON,
            Json({"models": ["a b", "c"], "duration": "1h", "metadata": {"user": "me"}, "max_budget": 1.5}),
        ),
        ("--model", "a b", "me", "--model=c", "--duration", "1h", "--budget", "1.5"),
        {"LITELLM_MASTER_KEY": "sk-1"},
    ),
    "openai": Case(
        "openai-transcription",
        "openai",
        "transcriptions",
        Sent("POST", "/v1/audio/transcriptions", KEY, [Part("model", b"whisper-1"), Part("file", FILES["audio.mp3"], "audio.mp3")]),
        env={"OPENAI_API_KEY": "sk-1"},
    ),
    "openai-given": Case(
        "openai-transcription",
        "openai",
        "transcriptions",
        Sent(
            "POST",
            "/v1/audio/transcriptions",
            KEY,
            [Part("model", b"gpt-4o"), Part("file", FILES[HOSTILE_NAME], HOSTILE_NAME), Part("language", b"zh")],
        ),
        ("--language", "zh", HOSTILE_NAME),
        {"OPENAI_API_KEY": "sk-1", "OPENAI_MODEL": "gpt-4o"},
    ),
    "openai-stdin": Case(
        "openai-transcription",
        "openai",
        "transcriptions",
        Sent("POST", "/v1/audio/transcriptions", KEY, [Part("model", b"whisper-1"), Part("file", b"\x00\xff\n", "audio.mp3")]),
        ("-",),
        {"OPENAI_API_KEY": "sk-1"},
        b"\x00\xff\n",
    ),
    "anthropic": Case(
        "anthropic-messages",
        "anthropic",
        "messages",
        Sent("POST", "/v1/messages", VERSION | JSON, Json(MESSAGE)),
        env={"ANTHROPIC_API_KEY": "sk-1"},
    ),
    "anthropic-given": Case(
        "anthropic-messages",
        "anthropic",
        "messages",
        Sent(
            "POST",
            "/v1/messages",
            VERSION | JSON | {"anthropic-version": "2024-01-01"},
            Json({"model": "haiku", "max_tokens": 5, "messages": [{"role": "user", "content": "Hi\nthere\n"}], "system": "短"}),
        ),
        ("--max-tokens=5", "--system", "短", "--version=2024-01-01", "--", "-"),
        {"ANTHROPIC_API_KEY": "sk-1", "ANTHROPIC_MODEL": "haiku"},
        b"Hi\nthere\n",
    ),
    "github-given": Case(
        "github",
        "github",
        "issues",
        Sent("GET", "/repos/my%20team/a%2Fb/issues?state=all&per_page=5&page=2&labels=bug,help%20wanted", ISSUES | KEY),
        ("--owner", "my team", "--state=all", "--page", "2", "--labels=bug,help wanted", "a/b"),
        {"GITHUB_TOKEN": "sk-1", "GITHUB_PER_PAGE": "5"},
    ),
    "github-unchanged-given": Case(
        "github",
        "github",
        "repository",
        Sent("GET", "/repos/jqlang/jq", ISSUES | {"if-none-match": '"33a64df5"'}),
        ("--owner", "jqlang", "--etag", '"33a64df5"', "jq"),
    ),
    "github-contents-given": Case(
        "github",
        "github",
        "contents",
        Sent(
            "GET",
            "/repos/jqlang/jq/contents/docs/a%20%23%3F.md?ref=v1/x",
            {"x-github-api-version": "2022-11-28", "accept": "application/vnd.github.raw+json"},
        ),
        ("--owner=jqlang", "--repo=jq", "--ref", "v1/x", "docs/a #?.md"),
    ),
    "github-archive-given": Case(
        "github",
        "github",
        "archive",
        Sent("GET", "/repos/jqlang/jq/tarball", KEY | {"x-github-api-version": "2022-11-28"}),
        ("--owner=jqlang", "-o", "jq.tar.gz", "jq"),
        {"GITHUB_TOKEN": "sk-1"},
    ),
    "github-upload-given": Case(
        "github",
        "github",
        "release-upload",
        Sent(
            "POST",
            "/repos/jqlang/jq/releases/104/assets?name=a%20b.md",
            ISSUES | KEY | {"content-type": "text/markdown"},
            FILES["system.txt"],
        ),
        ("--owner=jqlang", "--repo=jq", "--release=104", "--name", "a b.md", "--type", "text/markdown", "system.txt"),
        {"GITHUB_TOKEN": "sk-1"},
    ),
    "store-head": Case("object-store", "store", "object", Sent("HEAD", "/a/b/c%20d.txt"), ("--bucket", "a", "b/c d.txt")),
    "store-read-given": Case(
        "object-store", "store", "read", Sent("GET", "/public/x", {"if-none-match": "*"}), ("--etag", "*", "-o", "-", "x")
    ),
    "store-write-given": Case(
        "object-store",
        "store",
        "write",
        Sent("PUT", "/mine/x", {"content-type": "application/octet-stream"}, FILES["audio.mp3"]),
        ("--file", "audio.mp3", "x"),
        {"STORE_BUCKET": "mine"},
    ),
    "chat-post": Case(
        "slack-like",
        "chat",
        "post-message",
        Sent("POST", "/api/chat.postMessage", JSON | KEY, Json({"channel": "C024BE91L", "text": "Hello"})),
        env={"CHAT_TOKEN": "sk-1"},
    ),
    "chat-channels": Case(
        "slack-like", "chat", "channels", Sent("GET", "/api/conversations.list?limit=200", KEY), env={"CHAT_TOKEN": "sk-1"}
    ),
    "chat-search-given": Case(
        "slack-like",
        "chat",
        "search",
        Sent("POST", "/api/search.messages", FIELDS | KEY, b"query=it%27s+%22a%22&count=20"),
        ('it\'s "a"',),
        {"CHAT_TOKEN": "sk-1"},
    ),
    "graphql-given": Case(
        "graphql",
        "forge",
        "stars",
        Sent("POST", "/api/graphql", JSON, Json({"query": STARS, "variables": {"owner": 'a"b', "name": "$(x)"}})),
        ("--owner", 'a"b', "$(x)"),
    ),
    "azure": Case(
        "azure-chat",
        "azure",
        "chat-completions",
        Sent(
            "POST",
            "/openai/deployments/gpt-4o-mini/chat/completions?api-version=2024-10-21",
            JSON | {"api-key": "sk-1"},
            Json({"messages": [{"role": "user", "content": "解释人工智能"}]}),
        ),
        env={"AZURE_OPENAI_API_KEY": "sk-1"},
    ),
    "azure-given": Case(
        "azure-chat",
        "azure",
        "chat-completions",
        Sent(
            "POST",
            "/openai/deployments/%E6%88%91%E7%9A%84%20%26%20yours/chat/completions?api-version=2025-01-01",
            JSON | {"api-key": "sk-1"},
            Json({"messages": [{"role": "user", "content": "Hi"}]}),
        ),
        ("Hi", "--deployment", "我的 & yours"),
        {"AZURE_OPENAI_API_KEY": "sk-1", "AZURE_API_VERSION": "2025-01-01"},
    ),
    "vault": Case("vault", "vault", "list", Sent("LIST", "/v1/secret/metadata/apps", VAULT), (), {"VAULT_TOKEN": "t-1"}),
    "vault-given": Case(
        "vault",
        "vault",
        "read",
        Sent("GET", "/v1/secret/data/it%27s/a%20b?version=2", VAULT),
        ("it's/a b", "--version", "2"),
        {"VAULT_TOKEN": "t-1"},
    ),
    "vault-write-given": Case(
        "vault",
        "vault",
        "write",
        Sent("POST", "/v1/secret/data/a/b", JSON | VAULT, Json({"data": {"user": "billing", "password": 'it\'s "$(touch pwned)"'}})),
        ("a/b",),
        {"VAULT_TOKEN": "t-1", "VAULT_NEW_PASSWORD": 'it\'s "$(touch pwned)"'},
    ),
    "vault-login": Case(
        "vault",
        "vault",
        "login",
        Sent("POST", "/v1/auth/userpass/login/ada", JSON, Json({"password": "p"})),
        ("ada",),
        {"VAULT_PASSWORD": "p"},
    ),
    "translate": Case(
        "libretranslate",
        "libretranslate",
        "translate",
        Sent("POST", "/translate", JSON, Json({"q": "再见", "source": "zh", "target": "en", "format": "text"})),
        ("--from=zh", "再见"),
        {"LIBRETRANSLATE_TO": "en"},
    ),
    "translate-file": Case(
        "libretranslate",
        "libretranslate",
        "translate-file",
        Sent(
            "POST", "/translate_file", {}, [Part("source", b"en"), Part("target", b"zh"), Part("file", FILES["system.txt"], "system.txt")]
        ),
    ),
    "languages": Case("libretranslate", "libretranslate", "languages", Sent("GET", "/languages")),
    "weather": Case(
        "weather", "weather", "now", Sent("GET", "/data/2.5/weather?units=metric&q=Beijing&appid=k%261"), (), {"WEATHER_KEY": "k&1"}
    ),
    "weather-given": Case(
        "weather",
        "weather",
        "forecast",
        Sent("GET", "/data/2.5/forecast?units=imperial&lat=-1.5&lon=116.4&days=1,3&appid=k"),
        ("--units", "imperial", "--lat", "-1.5", "--day", "1", "--day=3"),
        {"WEATHER_KEY": "k"},
    ),
    "docker": Case(
        "docker",
        "docker",
        "containers",
        Sent("GET", "/v1.44/containers/json?all=true&filters=%7B%22status%22:%5B%22running%22%5D%7D"),
    ),
    "docker-given": Case(
        "docker",
        "docker",
        "containers",
        Sent("GET", "/v1.44/containers/json?all=true&filters=%7B%22name%22:%5B%22it%27s%22%5D%7D&limit=3"),
        ("--filters", '{"name":["it\'s"]}', "--limit", "3"),
    ),
    "docker-copy": Case(
        "docker",
        "docker",
        "copy",
        Sent("PUT", "/v1.44/containers/web/archive?path=/usr/share", {"content-type": "application/x-tar"}, b"\x00tar\xff\n"),
        ("--to", "/usr/share", "--container", "web", "-"),
        stdin=b"\x00tar\xff\n",
    ),
    "docker-events": Case("docker", "docker", "events", Sent("GET", "/v1.44/events?filters=%7B%22type%22:%5B%22container%22%5D%7D")),
    "docker-stop-given": Case("docker", "docker", "stop", Sent("POST", "/v1.44/containers/a%2Fb/stop?t=1"), ("a/b", "--seconds", "1")),
    "login": Case(
        "session-app", "desk", "login", Sent("POST", "/api/login", JSON | PACKED, Json({"username": "demo", "password": "demo"}))
    ),
    "login-given": Case(
        "session-app",
        "desk",
        "login",
        Sent("POST", "/api/login", JSON | PACKED, Json({"username": "it's", "password": "$(touch pwned)"})),
        ("--user", "it's"),
        {"DESK_PASSWORD": "$(touch pwned)"},
    ),
    "session": Case("session-app", "desk", "tickets", Sent("GET", "/api/tickets?state=open", PACKED)),
    "session-given": Case(
        "session-app",
        "desk",
        "close",
        Sent("POST", "/api/tickets/a%20b/close", JSON | PACKED | {"x-csrf-token": "c9"}, Json({"reason": "done"})),
        ("a b", "--csrf", "c9"),
    ),
    "artifact": Case("artifacts", "forge", "artifact", Sent("GET", "/artifacts/42/zip", KEY), env={"FORGE_TOKEN": "sk-1"}),
    "artifact-given": Case("artifacts", "forge", "artifact", Sent("GET", "/artifacts/7/zip", KEY), ("7",), {"FORGE_TOKEN": "sk-1"}),
    "release": Case("artifacts", "mirror", "artifact", Sent("GET", "/artifacts/42/zip", {"x-api-key": "sk-1"}), env={"MIRROR_KEY": "sk-1"}),
    "ollama-chat": Case(
        "ollama-native",
        "ollama",
        "chat",
        Sent("POST", "/api/chat", JSON, Json({"model": "qwen3", "messages": [{"role": "user", "content": "解释人工智能"}]})),
    ),
    "ollama-generate-given": Case(
        "ollama-native",
        "ollama",
        "generate",
        Sent("POST", "/api/generate", JSON, Json({"model": "m", "prompt": "'", "think": False})),
        ("--think=false", "--model", "m", "'"),
    ),
    "ollama-pull-given": Case("ollama-native", "ollama", "pull", Sent("POST", "/api/pull", JSON, Json({"model": "bge-m3"})), ("bge-m3",)),
    "mastodon": Case(
        "mastodon-streaming", "mastodon", "public", Sent("GET", "/api/v1/streaming/public", KEY), env={"MASTODON_TOKEN": "sk-1"}
    ),
    "mastodon-given": Case(
        "mastodon-streaming",
        "mastodon",
        "hashtag",
        Sent("GET", "/api/v1/streaming/hashtag?tag=a%26b", KEY),
        ("a&b",),
        {"MASTODON_TOKEN": "sk-1"},
    ),
    "ask": lab("ask", Sent("POST", "/api/v2/ask?trace=1", LAB | JSON | {"x-cell": "yes"}, Json(ASKED))),
    "ask-given": lab(
        "ask",
        Sent(
            "POST",
            "/api/v2/ask?trace=1",
            LAB | JSON | {"x-cell": "yes", "authorization": "Token sk-1"},
            Json(
                {
                    "model": "tiny",
                    "temperature": -1.5e-3,
                    "stream": True,
                    "messages": [{"role": "system", "content": FILES["system.txt"].decode()}, {"role": "user", "content": "-x"}],
                    "options": {"seed": -7, "stop": ["", "a\nb"]},
                    "extra": {"list": [1, 2]},
                    "top_p": 0,
                    "echo": False,
                    "user": "true",
                    "response_format": {"type": ["json", None]},
                    "ids": [1],
                    "image": png(FILES["-n"]),
                    "picture": "data:image/png;base64," + png(FILES[HOSTILE_NAME]),
                }
            ),
        ),
        *("--temperature", "-1.5e-3", "--stream=true", "--seed", "-7", "--top-p=0", "--user", "true", "--id", "1"),
        *("--stop", "", "--stop", "a\nb", "--format", '{"type": ["json", null]}', "--system-file", "system.txt"),
        *("--image", "-n", "--picture", HOSTILE_NAME, "--", "-x"),
        LAB_TOKEN="sk-1",
        LAB_MODEL="tiny",
        LAB_ECHO="false",
    ),
    "ask-short": lab(
        "ask-short",
        Sent(
            "POST",
            f"/api/v2/ask?{TAGS}",
            LAB | JSON | {"x-trace": "a"},
            Json({"model": "tiny", "temperature": 0.7, "stream": False, "keep": None, "messages": [{"role": "user", "content": "嗨"}]}),
        ),
    ),
    "ask-shorter-given": lab(
        "ask-shorter",
        Sent(
            "POST",
            f"/api/v2/ask?{TAGS}",
            LAB | JSON,
            Json({"model": "m", "stream": False, "keep": 1, "messages": [{"role": "user", "content": ""}]}),
        ),
        *("--engine", "m", ""),
    ),
    "ask-bare": Case(
        "everything",
        "bare",
        "ask",
        Sent(
            "POST",
            "/ask",
            JSON | {"x-trace": "a"},
            Json(
                {
                    "model": "small",
                    "temperature": 0.7,
                    "stream": False,
                    "keep": None,
                    "messages": [{"role": "system", "content": "简短"}, {"role": "user", "content": "你好"}],
                    "options": {"seed": 1, "stop": ["END"]},
                }
            ),
        ),
    ),
    "search": lab(
        "search",
        Sent("GET", f"/api/v2/search?{TAGS}&q=&lang=zh&lang=en&kind=x&kind=y", LAB | {"x-empty": "", "accept-language": "zh"}),
    ),
    "search-given": lab(
        "search",
        Sent(
            "GET",
            f"/api/v2/search?{TAGS}&q=a%26b%3Dc%23%25%20%2B/?&lang=fr&kind=x&kind=y&page=3&only=1&only=%0A2",
            LAB | {"x-empty": "", "accept-language": "", "x-request-id": "r: 1;"},
        ),
        *("a&b=c#% +/?", "--lang", "fr", "--page=3", "--only", "1", "--only=\n2", "--language", ""),
        LAB_REQUEST_ID="r: 1;",
    ),
    "search-by-body": lab("search-by-body", Sent("GET", f"/api/v2/search?{TAGS}", LAB | JSON, Json({"query": {"match_all": {}}}))),
    "head": lab("probe", Sent("HEAD", f"/api/v2/items/7?{TAGS}", LAB)),
    "head-given": lab("probe", Sent("HEAD", f"/api/v2/items/a%20b?{TAGS}", LAB), "a b"),
    "put-given": lab("replace", Sent("PUT", f"/api/v2/items/42?{TAGS}", LAB | JSON, Json([1, "two", None, True, {"三": 3.5}])), "--id=42"),
    "put-all-given": lab(
        "replace", Sent("PUT", f"/api/v2/items/1?{TAGS}", LAB | JSON, Json({"a": [False]})), "--id=1", "--all", '{"a":[false]}'
    ),
    "patch-given": lab(
        "change",
        Sent(
            "PATCH",
            f"/api/v2/items/a%2Fb/%7Bnot%20a%20parameter%7D?{TAGS}",
            LAB | {"content-type": "application/merge-patch+json"},
            Json({"name": "it's"}),
        ),
        *("a/b", "--name", "it's"),
    ),
    "delete": lab("remove", Sent("DELETE", f"/api/v2/items/all?{TAGS}", LAB)),
    "options": lab("allowed", Sent("OPTIONS", f"/api/v2/items?{TAGS}", LAB)),
    "text-given": lab(
        "note",
        Sent("POST", f"/api/v2/notes?{TAGS}", LAB | {"content-type": "text/plain; charset=utf-8"}, "@记一笔\n\n".encode()),
        "@记一笔\n\n",
    ),
    "text-option-given": lab(
        "note", Sent("POST", f"/api/v2/notes?{TAGS}", LAB | {"content-type": "text/plain; charset=utf-8"}, b""), "--note", ""
    ),
    "text-stdin": lab(
        "note",
        Sent("POST", f"/api/v2/notes?{TAGS}", LAB | {"content-type": "text/plain; charset=utf-8"}, b"JSON\nTEXT\r\n\n"),
        "-",
        stdin=b"JSON\nTEXT\r\n\n",
    ),
    "text-empty": Case("everything", "bare", "hook", Sent("POST", "/hook", {"content-type": "text/plain; charset=utf-8"})),
    "upload": lab("upload", Sent("PUT", f"/api/v2/files?{TAGS}", LAB, FORM)),
    "upload-given": lab(
        "upload",
        Sent(
            "PUT",
            f"/api/v2/files?{TAGS}",
            LAB,
            [
                Part("title", b"@file;type=x"),
                Part("labels", b"<a"),
                Part("labels", b""),
                Part("file", FILES["-n"], "-n"),
                Part("cover", FILES[HOSTILE_NAME], HOSTILE_NAME),
                Part("by", "我\n".encode()),
            ],
        ),
        *("--title", "@file;type=x", "--label=<a", "--label", "", "--file", "-n", "--cover", HOSTILE_NAME, "我\n"),
    ),
    "file": lab("picture", Sent("GET", f"/api/v2/picture?{TAGS}", LAB)),
    "number-given": lab("look", Sent("POST", f"/api/v2/look?{TAGS}", LAB | JSON, Json({"size": 12})), "12"),
    "log": lab("log", Sent("GET", f"/api/v2/log?{TAGS}", LAB)),
    "values-of-backend": lab(
        "drawing", Sent("POST", f"/api/v2/drawing?{TAGS}", LAB | {"content-type": "application/json"}, Json({"colour": "green"}))
    ),
    "values-of-backend-given": lab(
        "drawing",
        Sent("POST", f"/api/v2/drawing?{TAGS}", LAB | {"content-type": "application/json"}, Json({"colour": "'"})),
        "--colour",
        "'",
    ),
    "values-without-their-parameter": lab(
        "painting", Sent("POST", f"/api/v2/drawing?{TAGS}", LAB | {"content-type": "application/json"}, Json({"colour": "blue"}))
    ),
    "key-of-cell": lab("secret", Sent("GET", f"/api/v2/secret?{TAGS}", LAB | {"x-admin": "a'd $min"}), LAB_ADMIN_KEY="a'd $min"),
    "key-of-endpoint": Case("everything", "bare", "secret", Sent("GET", "/secret", {"authorization": "Bearer s"}), env={"SECRET_KEY": "s"}),
    "no-key": lab("open", Sent("GET", f"/api/v2/open?{TAGS}", LAB), LAB_TOKEN="unused"),
    "events": lab("tail", Sent("GET", f"/api/v2/tail?{TAGS}&from=1", LAB)),
    "events-given": lab("tail", Sent("GET", f"/api/v2/tail?{TAGS}&from=-7", LAB), "--from=-7"),
    "events-as-they-are": lab("feed", Sent("GET", f"/api/v2/feed?{TAGS}", LAB)),
    "no-body": lab("raise", Sent("POST", f"/api/v2/raise?{TAGS}", LAB)),
    "oauth2-given": Case(
        "oauth2",
        "login",
        "token",
        Sent(
            "POST",
            "/realms/shop/protocol/openid-connect/token",
            FIELDS,
            b"grant_type=client_credentials&client_id=%E5%95%86%E5%BA%97%26&scope=a&client_secret=s3cr%26t%3D",
        ),
        ("--scope=a",),
        {"LOGIN_CLIENT_ID": "商店&", "LOGIN_CLIENT_SECRET": "s3cr&t="},
    ),
    "oauth2-call": Case(
        "oauth2", "orders", "list", Sent("GET", "/v1/orders?limit=10", {"authorization": "Bearer t"}), env={"ORDERS_TOKEN": "t"}
    ),
    "payments": Case(
        "payments",
        "payments",
        "checkout",
        Sent("POST", "/v1/checkout/sessions", PAYMENTS | FIELDS | {"idempotency-key": "k"}, CHECKOUT),
        ("--idempotency-key=k",),
        env={"PAYMENTS_KEY": "sk-1:"},
    ),
    "payments-given": Case(
        "payments",
        "payments",
        "checkout",
        Sent(
            "POST",
            "/v1/checkout/sessions",
            PAYMENTS | FIELDS | {"idempotency-key": "k"},
            CHECKOUT.replace(b"=price_1", b"=%40p%3B%22")
            .replace(b"=2", b"=12345678901234567890", 1)
            .replace(b"&payment_method_types[]=ideal", b"")
            + b"&customer_email=a%2Bb%40example.com",
        ),
        ("--quantity", "12345678901234567890", "--method=card", "--email", "a+b@example.com", "--idempotency-key=k", '@p;"'),
        {"PAYMENTS_KEY": "sk-1:"},
    ),
    "refund-given": Case(
        "payments",
        "payments",
        "refund",
        Sent("POST", "/v1/refunds", PAYMENTS | FIELDS, b"charge=ch_2"),
        ("ch_2",),
        {"PAYMENTS_KEY": "sk-1:"},
    ),
    "bulk": Case(
        "opensearch",
        "search",
        "bulk",
        Sent("POST", "/books/_bulk", {"content-type": "application/x-ndjson"}, FILES["documents.ndjson"]),
    ),
    "bulk-given": Case(
        "opensearch",
        "search",
        "bulk",
        Sent("POST", "/a%20b/_bulk", {"content-type": "application/x-ndjson"}, FILES[HOSTILE_NAME]),
        ("--index", "a b", HOSTILE_NAME),
    ),
    "bulk-stdin": Case(
        "opensearch",
        "search",
        "bulk",
        Sent("POST", "/books/_bulk", {"content-type": "application/x-ndjson"}, b"{}\n\x00\xff\r\n\n"),
        ("-",),
        stdin=b"{}\n\x00\xff\r\n\n",
    ),
    "documents": Case("opensearch", "search", "documents", Sent("POST", "/books/_search", JSON, Json(SEARCHED))),
    "documents-given": Case(
        "opensearch",
        "search",
        "documents",
        Sent(
            "POST",
            "/books/_search",
            JSON,
            Json({"size": 1, "query": {"match_all": {"boost": 1.5}}, "search_after": [1, "a"]}),
        ),
        ("--size", "1", "--query-file", "query.json", "--after", '[1, "a"]'),
    ),
    "archive": Case(
        "archive",
        "archive",
        "upload",
        Sent(
            "POST",
            "/api/records",
            {"authorization": "Bearer t"},
            [
                RECORD,
                Part("files", FILES["picture.png"], "picture.png"),
                Part("files", FILES["audio.mp3"], "audio.mp3"),
                Part("thumbnail", FILES["picture.png"], "thumbnail.png"),
                Part("note", b"scanned at home"),
            ],
        ),
        env={"ARCHIVE_TOKEN": "t"},
    ),
    "archive-given": Case(
        "archive",
        "archive",
        "upload",
        Sent(
            "POST",
            "/api/records",
            {"authorization": "Bearer t"},
            [
                Part("record", b'{"x": "a;type=text/html, \\"q\\" \\\\ @<"}\n'),
                Part("files", FILES["picture.png"], "picture.png"),
                Part("files", FILES["audio.mp3"], "audio.mp3"),
                Part("thumbnail", FILES["-n"], "thumbnail.png"),
                Part("note", b"<x;type=y"),
                Part("attachments", FILES[HOSTILE_NAME], HOSTILE_NAME),
                Part("attachments", FILES["-n"], "-n"),
            ],
        ),
        (
            *("--record", '{"x": "a;type=text/html, \\"q\\" \\\\ @<"}\n', "--thumbnail=-n", "--attach", HOSTILE_NAME, "--attach=-n"),
            "<x;type=y",
        ),
        {"ARCHIVE_TOKEN": "t"},
    ),
    "archive-records": Case("archive", "archive", "records", Sent("GET", "/api/records?per_page=50", KEY), env={"ARCHIVE_TOKEN": "sk-1"}),
    "archive-stdin": Case(
        "archive",
        "archive",
        "replace",
        Sent(
            "PUT",
            "/api/records/17/files",
            {"authorization": "Bearer t"},
            [Part("files", FILES["audio.mp3"], "audio.mp3"), Part("files", b"\x00\r\n", "picture.png")],
        ),
        ("--id=17", "audio.mp3", "-"),
        {"ARCHIVE_TOKEN": "t"},
        b"\x00\r\n",
    ),
}

# Which of them make check runs: one for each way in which a value is given, and for each kind of body and answer.
QUICK = (
    "ollama",
    "openai-given",
    "github-given",
    "ask-given",
    "search-given",
    "text-given",
    "upload-given",
    "file",
    "events-given",
    "no-body",
    "store-head",
    "chat-post",
    "login-given",
    "docker-events",
    "oauth2-given",
    "payments-given",
    "archive-given",
    "bulk",
    "vault-write-given",
    "weather-given",
    "ollama-generate-given",
    "mastodon-given",
)
