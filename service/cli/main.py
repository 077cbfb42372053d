"""`document-analysis`: the group of commands, and what all of them share."""

from service import startup  # isort: skip

import sys
from typing import Literal

import click

from service.cli.doctor import doctor
from service.cli.ending import cancel, cleanup
from service.cli.looking import result, status, tasks
from service.cli.output import UNREACHABLE, complain, fail
from service.cli.submitting import submit
from service.cli.words import language, say
from service.client import ApiError, Client, Unreachable
from service.client.client import ADDRESS


@click.group(
    help=say(
        "이미지를 분석하고 표를 추출하는 서비스의 명령줄입니다.\n\n"
        "종료 코드: 0 성공, 1 작업이 완료되지 않음, 2 잘못된 명령, 3 서비스에 닿지 않음, 4 거절됨, 5 서비스의 오류.",
        "The command line of the service that analyses images and extracts tables.\n\n"
        "Exit codes: 0 well, 1 a task did not complete, 2 faulty command, 3 service out of reach, 4 refused, "
        "5 the service failed.",
    ),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option(
    "--url",
    envvar="DOCUMENT_ANALYSIS_URL",
    default=ADDRESS,
    show_default=True,
    help=say("서비스의 주소", "Address of the service"),
)
@click.option(
    "--key", envvar="DOCUMENT_ANALYSIS_KEY", help=say("API 키(환경 변수를 권장)", "API key; better by its variable")
)
@click.version_option(package_name="document-analysis")
@click.pass_context
def cli(context: click.Context, url: str, key: str | None) -> None:
    spoken: Literal["ko", "en"] = language()
    context.obj = context.with_resource(Client(url, key, language=spoken))


for command in (submit, status, tasks, result, cancel, cleanup, doctor):
    cli.add_command(command)


def main() -> None:
    """Run a command; every end has its exit code."""
    startup.end()
    try:
        cli()
    except ApiError as error:
        sys.exit(complain(error))
    except Unreachable as error:
        remedy = say(
            "서비스에 닿지 않습니다({reason}). 'make run'으로 켜져 있는지, --url이 맞는지 확인해 주세요.",
            "The service is out of reach ({reason}). See that it runs ('make run') and that --url is right.",
            reason=error,
        )
        fail(remedy, UNREACHABLE)


if __name__ == "__main__":
    main()
