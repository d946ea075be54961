"""The API describes itself, wholly and truly."""

from typing import Any

from server_world import World

from parvis.policy.terms import Role


def test_every_operation_says_what_it_does_and_how_it_fails(world: World) -> None:
    document: dict[str, Any] = world.signed_in(Role.VIEWER).get("/api/v1/openapi.json").json()
    assert document["info"]["title"] == "Parvis"
    assert len(document["paths"]) >= 20
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (method, path)
            assert operation["description"], (method, path)
            assert "application/problem+json" in operation["responses"]["4XX"]["content"]
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "query":
                    assert parameter["description"], (path, parameter["name"])
    assert "HTTPValidationError" not in str(document)


def test_a_missing_page_is_a_problem_too(world: World) -> None:
    answer = world.browser().get("/api/v1/nothing")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:parvis:problem:http-404")
    assert world.browser().get("/nothing", headers={"accept": "text/html"}).status_code == 404
