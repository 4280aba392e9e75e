"""The office of a running platform writes a survey, gives slips out, and reads the result; each step is a program of its own."""

import json
import sys
from datetime import timedelta
from pathlib import Path

from fenghuo.base.common.django_setup import setup


def main() -> None:
    """`begin DATA SLIPS` prints {"survey", "tokens"}; `result DATA SURVEY` prints the sums."""
    step, data = sys.argv[1], sys.argv[2]
    setup(Path(data))
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.base.common import clock
    from fenghuo.report.surveys import actions, queries
    from fenghuo.report.surveys.models import Survey

    if step == "begin":
        last = (clock.now() + timedelta(days=3)).date()
        questions = "评分：通报是否及时\n选择：最常用的渠道 | 短信 | 电话 | 平台\n填空：还想说什么"
        made = actions.write(COMMAND_LINE, actions.Wanted("满意度调查", "各单位", last, questions))
        print(json.dumps({"survey": made.id, "tokens": actions.give_out(COMMAND_LINE, made.id, int(sys.argv[3]))}))
        return
    found = queries.result(Survey.objects.get(id=sys.argv[3]))
    sums = {one.question.number: {str(k): v for k, v in one.counts.items()} for one in found.questions}
    comments = [text for one in found.questions for text in one.comments]
    print(json.dumps({"answers": found.answers, "satisfied": found.satisfied, "sums": sums, "comments": comments}))


if __name__ == "__main__":
    main()
