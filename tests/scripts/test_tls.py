"""https, as MindIE speaks it out of the box: a CA of one's own, and a client certificate."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme
from api import Api
from conftest import OUT, Run, slow

CHAT = {"choices": [{"message": {"content": "你好"}, "delta": {"content": "你好"}}]}
SCRIPTS = [slow("mindie-chat-completions"), "mindie-chat-completions-stream"]


@dataclass(frozen=True)
class Secured:
    """A server that wants a client certificate, and the files that a user would have."""

    port: int
    ca: Path
    certificate: Path
    key: Path

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/v1"

    def curlrc(self, *settings: str) -> str:
        """A curl config file with these settings; the place of the file."""
        file = self.ca.with_name("curlrc")
        file.write_text("".join(f'{setting} = "{getattr(self, name)}"\n' for setting, name in (part.split("=") for part in settings)))
        return str(file)


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("certificates")
    authority = trustme.CA()
    client = authority.issue_cert("tester@example.com")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    authority.cert_pem.write_to_path(folder / "ca.pem")
    client.cert_chain_pems[0].write_to_path(folder / "client.pem")
    client.private_key_pem.write_to_path(folder / "client.key.pem")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(CHAT).encode()
            if asked.get("stream"):
                body = b"data: " + body + b"\n\ndata: [DONE]\n\n"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))  # else newer curls want TLS's own end, which http.server does not send
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A refused handshake is what some tests want."""

    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield Secured(server.server_address[1], folder / "ca.pem", folder / "client.pem", folder / "client.key.pem")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("name", SCRIPTS)
def test_certificates_in_a_curl_config_file(name: str, bash: Run, secured: Secured) -> None:
    """Three lines in the file that MINDIE_CURLRC names are enough."""
    env = {"MINDIE_BASE_URL": secured.url, "MINDIE_CURLRC": secured.curlrc("cacert=ca", "cert=certificate", "key=key")}
    result = bash(OUT / f"{name}.sh", env=env)
    assert (result.returncode, result.stdout.decode(), result.stderr) == (0, "你好\n", b"")


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("variable", ["CURL_CA_BUNDLE", "MINDIE_CURLRC"])
def test_missing_client_certificate(name: str, variable: str, bash: Run, secured: Secured) -> None:
    """With the CA alone the server ends the call: curl's own status and words, and where certificates are set."""
    value = str(secured.ca) if variable == "CURL_CA_BUNDLE" else secured.curlrc("cacert=ca")
    result = bash(OUT / f"{name}.sh", env={"MINDIE_BASE_URL": secured.url, variable: value})
    assert result.returncode in (35, 55, 56)
    assert result.stdout == b""
    assert f"curl: ({result.returncode}) " in result.stderr.decode()
    assert result.stderr.decode().endswith("MINDIE_CURLRC for certificates\n")


@pytest.mark.parametrize("name", SCRIPTS)
def test_unknown_authority(name: str, bash: Run, secured: Secured) -> None:
    """Without the CA: 60, the URL, and where it is set."""
    result = bash(OUT / f"{name}.sh", env={"MINDIE_BASE_URL": secured.url})
    assert (result.returncode, result.stdout) == (60, b"")
    assert f"curl error 60 at {secured.url}/chat/completions" in result.stderr.decode()
    assert result.stderr.decode().endswith("MINDIE_CURLRC for certificates\n")


@pytest.mark.parametrize("name", SCRIPTS)
def test_http_spoken_to_an_https_port(name: str, bash: Run, secured: Secured) -> None:
    """What the default address meets on a MindIE as it comes: no answer, and the word about https."""
    result = bash(OUT / f"{name}.sh", env={"MINDIE_BASE_URL": f"http://localhost:{secured.port}/v1"})
    assert result.returncode in (52, 56)
    assert result.stdout == b""
    assert "It uses https by default" in result.stderr.decode()


CHATS = {"method": "POST", "path": "/chat", "body": {"stream": False}, "pipelines": [{"name": "a", "jq": ".choices[0].message.content"}]}


def test_certificates_in_a_catalog(bash: Run, secured: Secured, tmp_path: Path) -> None:
    """`cacert`, `cert` and `key`, whatever their names; the home folder is ~/; no curlrc undoes them."""
    home = tmp_path / "home"
    names = {"cacert": (secured.ca, "it's $(a).pem"), "cert": (secured.certificate, "a:b \\c.pem"), "key": (secured.key, "key\\.pem")}
    for file, name in names.values():
        (home / name).write_bytes(file.read_bytes())
    trustme.CA().cert_pem.write_to_path(home / "other.pem")  # a file: newer curls warn where there is none
    (home / ".curlrc").write_text("cert-type = DER\nkey-type = DER\ncacert = other.pem\n")
    curl = {setting: f"~/{name}" if setting == "cacert" else name for setting, (_, name) in names.items()}
    api = Api(bash, tmp_path, secured.url, {**curl, "http2": True}, chat=CHATS)

    done = api.run("chat")
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, '"你好"\n', b"")
    (home / ".curlrc").unlink()
    for done in api.run_all("chat"):
        assert (done.returncode, done.stderr) == (0, b"")
    assert api.run("chat", "--dry-run").stdout.decode().count(r"'a\:b \\c.pem'") == 1


def test_certificate_of_another_authority(bash: Run, secured: Secured, tmp_path: Path) -> None:
    """A catalog that says whom to trust is not undone by `insecure` in a curlrc."""
    trustme.CA().cert_pem.write_to_path(tmp_path / "home" / "other.pem")
    (tmp_path / "home" / ".curlrc").write_text("insecure\n")
    done = Api(bash, tmp_path, secured.url, {"cacert": "other.pem"}, chat=CHATS).run("chat")

    assert (done.returncode, done.stdout) == (60, b"")


def test_insecure(bash: Run, secured: Secured, tmp_path: Path) -> None:
    """The server's certificate is not checked; the client's is shown all the same."""
    curl = {"insecure": True, "cert": str(secured.certificate), "key": str(secured.key)}
    for done in Api(bash, tmp_path, secured.url, curl, chat=CHATS).run_all("chat"):
        assert (done.returncode, done.stderr) == (0, b"")
