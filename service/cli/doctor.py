"""`doctor`: look at everything the service needs, and name what is missing with its remedy.

What is here (settings, folders, disk, database, the model's key) is looked at here, so run it where the service runs,
in its folder; what only the running service knows (workers, decoders, languages) is asked of it.
"""

import sys
from dataclasses import asdict

import click
from rich.markup import escape

from service.cli.output import NOT_COMPLETED, as_json, out
from service.cli.words import say
from service.client import Client

_SIGNS = {"good": "[green]✓[/green]", "doubtful": "[yellow]![/yellow]", "bad": "[red]✗[/red]"}


@click.command(
    help=say(
        "설정·데이터베이스·디스크·워커·키·디코더를 점검합니다.",
        "Check settings, database, disk, workers, key, decoders.",
    )
)
@click.option("--json", "for_script", is_flag=True, help=say("JSON으로 출력", "Print JSON"))
@click.pass_obj
def doctor(client: Client, for_script: bool) -> None:
    from service.cli.examination import findings  # only here: what it loads is heavy

    found = []
    for finding in findings(client):
        found.append(finding)
        if not for_script:
            out.print(f"{_SIGNS[finding.state]} [bold]{finding.about}[/bold]  {escape(finding.words)}", soft_wrap=True)
    if for_script:
        as_json({"findings": [asdict(finding) for finding in found]})
    if any(finding.state == "bad" for finding in found):
        sys.exit(NOT_COMPLETED)
