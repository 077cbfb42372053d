"""`cancel` and `cleanup`: stop tasks, remove old ones."""

import sys

import click

from service.cli.output import as_json, complain, out
from service.cli.words import say
from service.client import ApiError, Client


@click.command(help=say("작업을 취소합니다.", "Cancel tasks."))
@click.argument("task_ids", nargs=-1, required=True, metavar="ID...")
@click.option("--json", "for_script", is_flag=True, help=say("JSON으로 출력", "Print JSON"))
@click.pass_obj
def cancel(client: Client, task_ids: tuple[str, ...], for_script: bool) -> None:
    code, said = 0, {}
    for task_id in task_ids:
        try:
            said[task_id] = client.cancel(task_id)
        except ApiError as error:
            code = complain(error)
            continue
        if not for_script:
            out.print(f"{task_id}  {said[task_id]}", markup=False)
    if for_script:
        as_json({"cancelled": list(said)})
    sys.exit(code)


@click.command(help=say("끝난 지 오래된 작업을 지웁니다.", "Remove tasks that ended long ago."))
@click.option(
    "--hours", type=click.FloatRange(0), default=24, show_default=True, help=say("이보다 오래된", "Older than")
)
@click.option("--yes", is_flag=True, help=say("묻지 않고 지웁니다", "Do not ask"))
@click.option("--json", "for_script", is_flag=True, help=say("JSON으로 출력", "Print JSON"))
@click.pass_obj
def cleanup(client: Client, hours: float, yes: bool, for_script: bool) -> None:
    question = say(
        "끝난 지 {hours:g}시간이 넘은 작업을 결과까지 지울까요?",
        "Remove tasks that ended over {hours:g} hours ago, with their results?",
        hours=hours,
    )
    if not (yes or for_script):
        click.confirm(question, abort=True)
    removed = client.cleanup(hours)
    if for_script:
        as_json({"removed_count": removed})
    else:
        out.print(say("{count}개를 지웠습니다.", "Removed {count}.", count=removed))
