"""A camera that speaks WS-Discovery and ONVIF on loopback, and nothing else: no picture.

    python onvif_camera.py USER PASSWORD

prints its HTTP port and answers until it is killed. As many real ones do, it believes to live at
another address than the one it is reached at, and checks the user's digest itself.
"""

import base64
import hashlib
import re
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GROUP, PORT = "239.255.255.250", 3702
ELSEWHERE = "http://192.168.77.7/onvif"
PROFILES = (("tiny", 160, 90), ("main", 1920, 1080), ("sub", 640, 360))

ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
    'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" '
    'xmlns:tds="http://www.onvif.org/ver10/device/wsdl" '
    'xmlns:trt="http://www.onvif.org/ver10/media/wsdl" '
    'xmlns:tt="http://www.onvif.org/ver10/schema">'
    "<s:Header>{head}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
)


def discovered(probe: str, service: str) -> str:
    """The ProbeMatch for a Probe."""
    found = re.search(r"MessageID[^>]*>([^<]+)<", probe)
    relates = f"<a:RelatesTo>{found[1] if found else ''}</a:RelatesTo>"
    scopes = "onvif://www.onvif.org/name/D%C3%B4me onvif://www.onvif.org/hardware/D-4"
    return ENVELOPE.format(
        head=relates,
        body="<d:ProbeMatches><d:ProbeMatch><a:EndpointReference>"
        "<a:Address>urn:uuid:5f5a69c2-e0ae-504f-829b-00000000cafe</a:Address>"
        f"</a:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types>"
        f"<d:Scopes>{scopes}</d:Scopes><d:XAddrs>{service}</d:XAddrs>"
        "<d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches>",
    )


def listen(service: str) -> None:
    """Answer probes that come to loopback's card."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((GROUP, PORT))
    here = struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton("127.0.0.1"))
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, here)
    while True:
        probe, sender = sock.recvfrom(65535)
        sock.sendto(discovered(probe.decode(), service).encode(), sender)


def knows(asked: str, user: str, password: str) -> bool:
    """Whether the WS-UsernameToken of a question holds that password, as a digest."""
    said = {
        key: found[1] if (found := re.search(rf"{key}(?: [^>]*)?>([^<]*)<", asked)) else ""
        for key in ("Username", "Password", "Nonce", "Created")
    }
    whole = base64.b64decode(said["Nonce"]) + said["Created"].encode() + password.encode()
    digest = base64.b64encode(hashlib.sha1(whole).digest()).decode()  # noqa: S324  # ONVIF's
    return said["Username"] == user and said["Password"] == digest


def answer(asked: str) -> str:
    """The body of an answer."""
    if "GetSystemDateAndTime" in asked:
        now = time.gmtime()
        return (
            "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:UTCDateTime>"
            f"<tt:Time><tt:Hour>{now.tm_hour}</tt:Hour><tt:Minute>{now.tm_min}</tt:Minute>"
            f"<tt:Second>{now.tm_sec}</tt:Second></tt:Time><tt:Date><tt:Year>{now.tm_year}"
            f"</tt:Year><tt:Month>{now.tm_mon}</tt:Month><tt:Day>{now.tm_mday}</tt:Day></tt:Date>"
            "</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
        )
    if "GetServices" in asked:
        services = "".join(
            f"<tds:Service><tds:Namespace>http://www.onvif.org/ver10/{name}/wsdl</tds:Namespace>"
            f"<tds:XAddr>{ELSEWHERE}/{name}</tds:XAddr></tds:Service>"
            for name in ("device", "media")
        )
        return f"<tds:GetServicesResponse>{services}</tds:GetServicesResponse>"
    if "GetProfiles" in asked:
        profiles = "".join(
            f'<trt:Profiles token="{name}"><tt:Name>{name}</tt:Name>'
            f'<tt:VideoEncoderConfiguration token="{name}"><tt:Encoding>H264</tt:Encoding>'
            f"<tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height>"
            "</tt:Resolution></tt:VideoEncoderConfiguration></trt:Profiles>"
            for name, width, height in PROFILES
        )
        return f"<trt:GetProfilesResponse>{profiles}</trt:GetProfilesResponse>"
    found = re.search(r"ProfileToken[^>]*>([^<]+)<", asked)
    return (
        "<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>"
        f"rtsp://192.168.77.7:554/{found[1] if found else ''}</tt:Uri></trt:MediaUri>"
        "</trt:GetStreamUriResponse>"
    )


def main(user: str, password: str) -> None:
    """Answer until killed."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
            # A password in the clear is what must never come.
            clear = password in asked or "Basic" in self.headers.get("Authorization", "")
            sys.stderr.write("CLEAR\n" if clear else "")
            open_to_all = "GetServices" in asked or "GetSystemDateAndTime" in asked
            known = open_to_all or knows(asked, user, password)
            body = ENVELOPE.format(head="", body=answer(asked)) if known else ""
            self.send_response(200 if known else 401)
            self.send_header("Content-Type", "application/soap+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None: ...

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port = http.server_address[1]
    service = f"http://127.0.0.1:{port}/onvif/device_service"
    threading.Thread(target=listen, args=(service,), daemon=True).start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    http.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:3])
