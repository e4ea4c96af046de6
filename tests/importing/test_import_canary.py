"""A canary in every place of notes, HAR files and collections appears in nothing that an import makes: no catalog, no report."""

from __future__ import annotations

import json
from typing import Any

import pytest

from generator.importing import har, notes, postman, secrets
from generator.importing.run import InputFile, import_files

CANARY = "q7Zcanary" + "41Lm"
URL = "https://api.example.com/v1/things"


def page(*commands: str, before: str = "", behind: str = "") -> str:
    block = "\n".join(commands)
    return f"# Things\n\n{before}\n\n```bash\n{block}\n```\n\n{behind}\n"


NOTES = {
    "bearer": page(f'curl {URL} -H "Authorization: Bearer {CANARY}"'),
    "any scheme": page(f"curl {URL} -H 'Authorization: Acme {CANARY}'"),
    "no scheme": page(f"curl {URL} -H 'Authorization:{CANARY}'"),
    "proxy header": page(f"curl {URL} -H 'Proxy-Authorization: Basic {CANARY}'"),
    "header of a key": page(f"curl {URL} -H 'X-Api-Key: {CANARY}'"),
    "oauth2-bearer": page(f"curl {URL} --oauth2-bearer {CANARY}"),
    "user": page(f"curl -u joe:{CANARY} {URL}"),
    "user attached": page(f"curl -sujoe:{CANARY} {URL}"),
    "user of digest": page(f"curl --digest -u joe:{CANARY} {URL}"),
    "user in the URL": page(f"curl https://joe:{CANARY}@api.example.com/x"),
    "query": page(f"curl '{URL}?api_key={CANARY}&x=1'"),
    "query with -G": page(f"curl -G {URL} -d token={CANARY} -d x=1"),
    "url-query": page(f"curl {URL} --url-query access_token={CANARY}"),
    "header without a colon": page(f"curl {URL} -H 'Authorization Bearer {CANARY}'"),
    "header with a full-width colon": page(f"curl {URL} -H 'X-Api-Key：{CANARY}'"),
    "header behind a blank": page(f"curl {URL} -H ' X-Api-Key: {CANARY}'"),
    "header with a blank in its name": page(f"curl {URL} -H 'Api Key: {CANARY}'"),
    "header over two lines": page(f"curl {URL} -H 'X-Api-Key: a\n{CANARY}'"),
    "headers in a file": page(f"cat > h <<EOF\nX-Api-Key: {CANARY}\nEOF\ncurl {URL} -H @h"),
    "path": page(f"curl {URL}/token/{CANARY}"),
    "path that repeats it": page(f"curl -u joe:{CANARY} {URL}/{CANARY}"),
    "cookie without a name": page(f"curl {URL} -H 'Cookie: a=1; {CANARY}'"),
    "CDATA": page(f"curl {URL} -H 'Content-Type: text/xml' -d '<password><![CDATA[{CANARY}]]></password>'"),
    "config of curl": page(f'curl -K - {URL} <<EOF\nuser = "joe:{CANARY}"\nEOF'),
    "quotes in a word": page(f"docker run -e API_KEY='a'\\''{CANARY}' curlimages/curl {URL}"),
    "cookie": page(f"curl {URL} -b 'session={CANARY}; theme=dark'"),
    "cookie header": page(f"curl {URL} -H 'Cookie: a={CANARY}'"),
    "JSON": page(f"""curl {URL} --json '{{"password": "{CANARY}"}}'"""),
    "JSON in double quotes": page(f'curl {URL} -H "Content-Type: application/json" -d "{{\\"clientSecret\\": \\"{CANARY}\\"}}"'),
    "JSON of a heredoc": page(f'curl {URL} --json @- <<EOF\n{{"auth": {{"token": "{CANARY}"}}}}\nEOF'),
    "JSON of a file": page(f'cat > body.json <<EOF\n{{"apiKey": "{CANARY}"}}\nEOF\ncurl {URL} --json @body.json'),
    "broken JSON": page(f"""curl {URL} --json '{{"password": "{CANARY}",}}'"""),
    "web form": page(f"curl {URL} -d user=joe -d 'password={CANARY}'"),
    "urlencoded": page(f"curl {URL} --data-urlencode 'secret={CANARY}'"),
    "form": page(f"curl {URL} -F client_secret={CANARY}"),
    "XML": page(f"curl {URL} -H 'Content-Type: text/xml' -d '<a><password>{CANARY}</password></a>'"),
    "certificate": page(f"curl --cert a.pem:{CANARY} {URL}"),
    "password of a key": page(f"curl --cert a.pem --key k.pem --pass {CANARY} {URL}"),
    "proxy": page(f"curl -x http://joe:{CANARY}@proxy.example.com {URL}"),
    "proxy of SOCKS": page(f"curl --socks5 joe:{CANARY}@proxy.example.com:1 {URL}"),
    "old proxy": page(f"curl --proxy1.0 joe:{CANARY}@proxy.example.com:1 {URL}"),
    "certificate attached": page(f"curl -Ea.pem:{CANARY} {URL}"),
    "password on another input": page(f"echo '{CANARY}' | sudo -S curl {URL}"),
    "password of ssh": page(f"sshpass -p'{CANARY}' ssh box curl {URL}"),
    "option of another program": page(f"kubectl --token={CANARY} exec box -- curl {URL}"),
    "config of a process": page(f"""curl {URL} -K <(echo 'user="joe:{CANARY}"')"""),
    "list of words": f"""# T\n\n```python\nrun(["curl", "-u", "joe:{CANARY}", "{URL}"])\n```\n""",
    "proxy user": page(f"curl -U joe:{CANARY} -x proxy.example.com {URL}"),
    "exported": page(f"export SERVICE_TOKEN={CANARY}", f'curl {URL} -H "Authorization: Bearer $SERVICE_TOKEN"'),
    "exported, other name": page(f"export KEY1={CANARY}", f'curl {URL} -H "Authorization: Bearer $KEY1"'),
    "set before": page(f'TOKEN={CANARY} curl {URL} -H "Authorization: Bearer $TOKEN"'),
    "default": page(f'curl {URL} -H "X-Api-Key: ${{API_KEY:-{CANARY}}}"'),
    "whole header in a variable": page(f"AUTH='Authorization: Bearer {CANARY}'", f'curl {URL} -H "$AUTH"'),
    "in a list": page(f"H=(-H 'Authorization: Bearer {CANARY}')", f'curl {URL} "${{H[@]}}"'),
    "output of a command": page(f'curl {URL} -H "Authorization: Basic $(echo -n joe:{CANARY} | base64)"'),
    "loop": page(f'for key in {CANARY} other; do curl {URL} -H "X-Api-Key: $key"; done'),
    "jq": page(f"curl {URL} | jq --arg token {CANARY} '.[] | select(.t == $token)'"),
    "jq filter": page(f"""curl {URL} -H 'X-Api-Key: {CANARY}' | jq '.[] | select(.key == "{CANARY}")'"""),
    "open quote": page(f"curl {URL} -H 'Authorization: Bearer {CANARY}"),
    "no URL": page(f"curl -H 'Authorization: Bearer {CANARY}'"),
    "unknown option": page(f"curl --nonsense -u joe:{CANARY} {URL}"),
    "other program": page(f"docker exec -e API_KEY={CANARY} box curl {URL}"),
    "another machine": page(f'ssh box "curl -u joe:{CANARY} {URL}"'),
    "commented out": page(f"# curl {URL} -H 'X-Api-Key: {CANARY}'", f"curl {URL}"),
    "typographic quotes": page(f"curl {URL} -H “Authorization: Bearer {CANARY}”"),
    "no backslash": page(f"curl {URL}", f"  -H 'Authorization: Bearer {CANARY}'"),
    "a blank behind the backslash": page(f"curl {URL} \\ ", f"  -H 'Authorization: Bearer {CANARY}'"),
    "prose": page(f"curl {URL}", before=f"The password is `{CANARY}`."),
    "prose of a key": page(f"curl {URL}", before=f"Our api key: {CANARY}"),
    "Chinese prose": page(f"curl {URL}", before=f"密码：{CANARY}"),
    "prose that repeats it": page(f"curl {URL} -H 'X-Api-Key: {CANARY}'", before=f"We all use {CANARY} here."),
    "title": page(f"curl {URL} -H 'X-Api-Key: {CANARY}'", before=f"## With {CANARY}"),
    "comment": page(f"# log in as joe with {CANARY}", f"curl -u joe:{CANARY} {URL}", f"curl {URL}/2"),
    "sample": page(f"curl {URL}", behind=f'```json\n{{"access_token": "{CANARY}"}}\n```'),
    "sample that repeats it": page(f"curl {URL} -H 'X-Api-Key: {CANARY}'", behind=f'```json\n{{"you": ["{CANARY}"]}}\n```'),
    "output in the block": page(f"$ curl {URL}", f'{{"password": "{CANARY}"}}'),
    "signed URL": page(f"curl 'https://files.example.com/a?X-Amz-Signature={CANARY}&X-Amz-Expires=5'"),
    "hook": page(f"curl https://hooks.slack.com/services/T0/B0/{CANARY} -d '{{}}'"),
    "bot": page(f"curl https://api.telegram.org/bot123456:{CANARY}/getMe"),
    "in a sentence": f"# T\n\nUse `curl {URL} -H 'X-Api-Key: {CANARY}'` for that.\n",
    "HTML": f"<h1>T</h1><pre>curl {URL} -H 'X-Api-Key: {CANARY}'</pre>",
    "Windows": page(f'curl.exe {URL} -H "Authorization: Bearer {CANARY}"'),
}


def entry(request: dict[str, Any], response: dict[str, Any] | None = None, **more: Any) -> str:
    value = {"request": {"method": "GET", "url": URL, **request}, "response": response or {"status": 200}, **more}
    return json.dumps({"log": {"entries": [value]}})


def posted(mime: str, **data: Any) -> dict[str, Any]:
    return {"method": "POST", "headers": [{"name": "Content-Type", "value": mime}], "postData": {"mimeType": mime, **data}}


def answered(mime: str, text: str) -> dict[str, Any]:
    return {"status": 200, "content": {"mimeType": mime, "text": text}}


HARS = {
    "header": entry({"headers": [{"name": "authorization", "value": f"Bearer {CANARY}"}]}),
    "header of a key": entry({"headers": [{"name": "x-csrf-token", "value": CANARY}]}),
    "header of a browser": entry({"headers": [{"name": "referer", "value": f"https://example.com/?token={CANARY}"}]}),
    "cookie header": entry({"headers": [{"name": "cookie", "value": f"sid={CANARY}; x=1"}]}),
    "cookies": entry({"cookies": [{"name": "sid", "value": CANARY}]}),
    "query": entry({"url": f"{URL}?access_token={CANARY}"}),
    "user": entry({"url": f"https://joe:{CANARY}@api.example.com/"}),
    "fragment": entry({"url": f"{URL}#access_token={CANARY}"}),
    "JSON": entry(posted("application/json", text=f'{{"password": "{CANARY}"}}')),
    "form": entry(posted("application/x-www-form-urlencoded", text=f"user=joe&password={CANARY}")),
    "params": entry(posted("multipart/form-data", params=[{"name": "secret", "value": CANARY}])),
    "text": entry(posted("text/plain", text=f"password={CANARY}")),
    "answer": entry({}, answered("application/json", f'{{"anything": "{CANARY}", "list": ["{CANARY}"]}}')),
    "events": entry({}, answered("text/event-stream", f'data: {{"a": "{CANARY}"}}\n\n')),
    "answer that is a text": entry({}, answered("text/plain", CANARY)),
    "name of a field of an answer": entry({}, answered("application/json", f'{{"{CANARY}": 1}}')),
    "static": entry({"url": f"https://example.com/a.png?sig={CANARY}"}),
    "WebSocket": entry({"url": f"wss://example.com/?token={CANARY}"}),
    "broken URL": entry({"url": f"https://joe:{CANARY}@a b/"}),
    "comment": entry({"headers": [{"name": "x-api-key", "value": CANARY}]}, comment=f"with {CANARY}"),
}


def collection(request: dict[str, Any], *variables: dict[str, Any], **more: Any) -> str:
    item = {"name": "X", "request": {"method": "POST", "url": URL, **request}, **more}
    return json.dumps({"info": {"name": "c"}, "item": [item], "variable": variables})


def auth(kind: str, **values: str) -> dict[str, Any]:
    return {"auth": {"type": kind, kind: [{"key": key, "value": value} for key, value in values.items()]}}


COLLECTIONS = {
    "bearer": collection(auth("bearer", token=CANARY)),
    "basic": collection(auth("basic", username="joe", password=CANARY)),
    "apikey": collection(auth("apikey", key="X-Odd", value=CANARY)),
    "apikey in the query": collection(auth("apikey", key="odd", value=CANARY, **{"in": "query"})),
    "oauth2": collection(auth("oauth2", accessToken=CANARY)),
    "oauth2 in the query": collection(auth("oauth2", accessToken=CANARY, addTokenTo="queryParams")),
    "awsv4": collection(auth("awsv4", accessKey="AK", secretKey=CANARY, region="r", service="s", sessionToken=CANARY)),
    "digest": collection(auth("digest", username="joe", password=CANARY)),
    "header": collection({"header": [{"key": "X-Api-Key", "value": CANARY}]}),
    "disabled header": collection({"header": [{"key": "X-Api-Key", "value": CANARY, "disabled": True}]}),
    "variable": collection(auth("bearer", token="{{token}}"), {"key": "token", "value": CANARY}),
    "variable in a variable": collection(auth("bearer", token="{{a}}"), {"key": "a", "value": "{{b}}"}, {"key": "b", "value": CANARY}),
    "variable of type secret": collection({"header": [{"key": "X-A", "value": "{{a}}"}]}, {"key": "a", "value": CANARY, "type": "secret"}),
    "secret variable in the host": collection({"url": "https://{{a}}/x"}, {"key": "a", "value": CANARY, "type": "secret"}),
    "secret variable in the path": collection({"url": "https://h.example/{{a}}"}, {"key": "a", "value": CANARY, "type": "secret"}),
    "variable in a text": collection({"body": {"mode": "raw", "raw": '{"password": "{{a}}"}'}}, {"key": "a", "value": CANARY}),
    "JSON": collection({"body": {"mode": "raw", "raw": f'{{"apiKey": "{CANARY}"}}', "options": {"raw": {"language": "json"}}}}),
    "text": collection({"body": {"mode": "raw", "raw": f"password={CANARY}"}}),
    "urlencoded": collection({"body": {"mode": "urlencoded", "urlencoded": [{"key": "password", "value": CANARY}]}}),
    "formdata": collection({"body": {"mode": "formdata", "formdata": [{"key": "secret", "value": CANARY}]}}),
    "graphql": collection({"body": {"mode": "graphql", "graphql": {"query": "{a}", "variables": f'{{"password": "{CANARY}"}}'}}}),
    "query": collection({"url": {"raw": URL, "host": ["api", "example", "com"], "query": [{"key": "api_key", "value": CANARY}]}}),
    "user in the URL": collection({"url": f"https://joe:{CANARY}@api.example.com/"}),
    "description": collection({"description": f"The password is {CANARY}"}),
    "example": collection({}, response=[{"code": 200, "body": f'{{"access_token": "{CANARY}"}}'}]),
    "script": collection({}, event=[{"listen": "prerequest", "script": {"exec": [f"pm.environment.set('token', '{CANARY}')"]}}]),
    "name that repeats it": collection(auth("bearer", token=CANARY), name=f"X {CANARY}"),
}  # fmt: skip


def all_cases() -> list[Any]:
    cases = [("curl", name, text) for name, text in NOTES.items()] + [("har", name, text) for name, text in HARS.items()]
    cases += [("postman", name, text) for name, text in COLLECTIONS.items()]
    return [pytest.param(kind, text, id=f"{kind}-{name}") for kind, name, text in cases]


WORD = "qwCanary" + "ZzKvTb"
"""A secret that no look tells: letters alone."""

WORDS = [
    page(f"X={WORD}", f'curl -H "X-Api-Key: $X" {URL}', f"curl {URL}/$X"),
    page(f"""curl {URL} --json '{{"passwords": ["{WORD}"], "tokens": ["{WORD}"], "pin": "{WORD}"}}'"""),
    page(f"curl -u joe:{WORD} {URL} -d 'note={WORD}'"),
    page(f"""curl -u joe:{WORD} {URL} | jq '.[] | select(.k == "{WORD}")'"""),
    page(f"curl -u joe:{WORD} {URL}", behind=f'```json\n{{"{WORD}": 1}}\n```'),
]


@pytest.mark.parametrize("text", WORDS, ids=range(len(WORDS)))
def test_what_is_a_secret_in_one_place_is_one_in_all(text: str) -> None:
    """Also where neither its name nor its look says so."""
    built = import_files([InputFile("x.md", text, "curl")])

    assert built.text
    assert WORD not in built.text + repr(built.entries)


def test_the_default_of_a_server_of_a_document() -> None:
    server = {"url": "https://api.example.com/{token}", "variables": {"token": {"default": CANARY}}}
    paths = {"/a": {"get": {"responses": {"200": {"description": "x"}}}}}
    document = {"openapi": "3.0.0", "info": {"title": "t", "version": "1"}, "servers": [server], "paths": paths}
    built = import_files([InputFile("x.json", json.dumps(document), "openapi")])

    assert "{token} in the server's address is a secret" in repr(built.entries)
    assert CANARY not in built.text + repr(built.entries)


@pytest.mark.parametrize(("kind", "text"), all_cases())
def test_canary_appears_nowhere(kind: Any, text: str) -> None:
    """Neither in what the readers' requests become without secrets, nor in the catalog and its report."""
    found = {"curl": lambda: notes.read(text, "x.md"), "har": lambda: har.read(text, "x"), "postman": lambda: postman.read([(text, "x")])}[
        kind
    ]()
    hidden = secrets.hide(found)
    built = import_files([InputFile("x.md", text, kind)])

    assert CANARY in text and found
    assert CANARY not in repr(hidden)
    assert CANARY not in built.text + repr(built.entries)
