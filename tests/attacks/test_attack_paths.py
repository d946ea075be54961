"""Names and addresses that climb out of the folder they belong to."""

import pytest
from server_world import World
from test_server_authz import routes
from wire import said, served, statuses

from parvis.policy.terms import Role
from parvis.site import load

pytestmark = pytest.mark.law(21)

CLIMBS = [
    "../../../../../../etc/passwd",
    "..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "..%252f..%252fetc%252fpasswd",
    "..\\..\\etc\\passwd",
    "..%5c..%5cetc%5cpasswd",
    "....//....//etc/passwd",
    "%00",
    "quai%00.yaml",
    "..%c0%af..%c0%afetc/passwd",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "site.yaml",
    "..%2fsite.yaml",
    "parvis.db",
    "secrets.env",
    "~root/.bashrc",
    "file:%2f%2f%2fetc%2fpasswd",
]
_OF_FILES = (b"root:x:", b"Kept by the technician", b"QUAI_PASSWORD", b"SQLite format")


def test_no_parameter_of_a_path_and_no_static_address_is_a_file_of_ours(world: World) -> None:
    world.path.with_name("secrets.env").write_text("QUAI_PASSWORD=sesame\n", encoding="utf-8")
    cookie = world.signed_in(Role.ADMINISTRATOR).cookies["parvis"]
    heads = sorted(
        path.partition("{")[0] for method, path in routes(world.app) if "{" in path and method
    )
    with served(world) as address:
        for head in dict.fromkeys(["/static/", "/static/build/", "/", *heads]):
            for climb in CLIMBS:
                asked = f"GET {head}{climb} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                asked += f"Cookie: parvis={cookie}\r\nConnection: close\r\n\r\n"
                answer, _ = said(address, asked.encode())
                assert statuses(answer), (head, climb)
                assert statuses(answer)[0] != 500, (head, climb, answer)
                assert not any(word in answer for word in _OF_FILES), (head, climb)


@pytest.mark.parametrize(
    "name", ["../out.png", "/etc/out.png", "a/../../out.png", "..\\out.png", "out.png/../../x.png"]
)
def test_a_map_names_no_file_outside_its_folder(world: World, name: str) -> None:
    from parvis.site.problems import SiteError

    plan = f"map: {{plan: {{image: '{name}', metres_per_pixel: 1.0}}}}\n"
    world.path.write_text(world.path.read_text(encoding="utf-8") + plan, encoding="utf-8")
    with pytest.raises(SiteError):
        load(world.path)


def test_a_link_in_the_folder_leads_no_reader_out_of_it(world: World) -> None:
    outside = world.path.parent.parent / "outside.png"
    outside.write_bytes(b"secret of the machine")
    world.path.with_name("plan.png").symlink_to(outside)
    plan = "map: {plan: {image: plan.png, metres_per_pixel: 1.0}}\n"
    world.path.write_text(world.path.read_text(encoding="utf-8") + plan, encoding="utf-8")
    world.site.take(load(world.path))
    answer = world.signed_in(Role.ADMINISTRATOR).get("/api/v1/map/files/plan")
    assert answer.status_code == 404
    assert "secret of" not in answer.text
