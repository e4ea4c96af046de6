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
ISSUES = {"accept": "application/vnd.github+json", "x-github-api-version": "2022-11-28"}
MESSAGE = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 1024,
    "messages": [{"role": "user", "content": "解释人工智能"}],
}
VERSION = {"anthropic-version": "2023-06-01", "x-api-key": "sk-1"}
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
        Sent("POST", "/v1/audio/transcriptions", KEY, [Part("model", b"whisper-1"), Part("file", b"\x00\xff\n", "-")]),
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
        "github-issues",
        "github",
        "issues",
        Sent("GET", "/repos/my%20team/a%2Fb/issues?state=all&per_page=5&page=2&labels=bug%2Chelp%20wanted", ISSUES | KEY),
        ("--owner", "my team", "--state=all", "--page", "2", "--labels=bug,help wanted", "a/b"),
        {"GITHUB_TOKEN": "sk-1", "GITHUB_PER_PAGE": "5"},
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
            f"/api/v2/search?{TAGS}&q=a%26b%3Dc%23%25%20%2B%2F%3F&lang=fr&kind=x&kind=y&page=3&only=1&only=%0A2",
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
}
