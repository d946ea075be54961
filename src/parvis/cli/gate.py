"""``parvis gate``: the policy gate, proven on this very version."""

from typing import Annotated

import typer

from parvis.cli.console import err, fail, out

gate_app = typer.Typer(help="The policy gate: what may leave, to whom, when.")


@gate_app.callback()
def gate() -> None:
    """The policy gate: what may leave, to whom, when."""


@gate_app.command("prove")
def gate_prove(
    under: Annotated[
        list[str] | None,
        typer.Option(help="Only under this law, for example statistics; more than once for more."),
    ] = None,
) -> None:
    """Ask every route and channel as every role under every law; fail on what leaves too soon."""
    from parvis.fleet.proof.cases import cases
    from parvis.fleet.proof.prove import prove

    known = list(cases())
    for name in under or ():
        if name not in known:
            raise fail(f"there is no law {name!r}", f"write one of: {', '.join(known)}")
    with err.status("") as status:
        proof = prove(under, said=status.update)
    for one in proof.unclassified:
        err.print(f"not classified: {one}", highlight=False, soft_wrap=True, markup=False)
    for leak in proof.leaks:
        err.print(f"ungated: {leak}", highlight=False, soft_wrap=True, markup=False)
    out.print(str(proof), highlight=False, markup=False)
    if proof.ungated:
        raise fail("something withheld leaves, or a route could not be asked")
