"""`fenghuo content`: what checks know of products and their faults: list, import, keys, verify, judge anew."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fenghuo.base.common.i18n import _
from fenghuo.faces.cli.options import add_data, add_json, fail, open_tables, print_json, progress

if TYPE_CHECKING:
    from fenghuo.see.screening.content.packs import BadPack
    from fenghuo.see.screening.models import StoredFinding

_SLICE = 10


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `content` with its verbs."""
    parser = subparsers.add_parser("content", help=_("content packs of screening: list, import, keys, verify, rejudge"))
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    listing = verbs.add_parser("list", help=_("list the packs in force, their versions and where they came from"))
    listing.set_defaults(func=run_list)
    _add_import(verbs)
    keys = verbs.add_parser("keys", help=_("list the keys whose packs are taken; trust one, or no more"))
    choice = keys.add_mutually_exclusive_group()
    choice.add_argument("--trust", type=Path, metavar="KEYFILE", help=_("trust this Ed25519 public key from now on"))
    choice.add_argument("--remove", metavar="ID", help=_("trust the key of this id no more"))
    keys.set_defaults(func=run_keys)
    verifying = verbs.add_parser("verify", help=_("look whether every installed pack is as it was signed"))
    verifying.set_defaults(func=run_verify)
    judging = verbs.add_parser(
        "rejudge",
        help=_("judge what was seen of every site anew by the packs in force; no site is contacted"),
        description=_(
            "Judge the stored facts of every site anew, by the checks whose packs changed. No site is contacted. The platform does so by "
            "itself within five minutes of a change."
        ),
    )
    judging.add_argument("--all", action="store_true", help=_("by every check that reads a pack, changed or not"))
    judging.set_defaults(func=run_rejudge)
    for verb in verbs.choices.values():
        add_data(verb)
        add_json(verb)


def _add_import(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    taking = verbs.add_parser(
        "import",
        help=_("import a signed pack, or public lists of exploited faults"),
        description=_(
            "Import a signed pack (a zip); it is taken where a trusted key signed it and it is newer than the one in force. Or lay public "
            "lists over the pack of exploited faults: they are taken for products that Fenghuo knows, and marked as local and unsigned."
        ),
        epilog=_("Exit codes: 0 done; 1 the file was not taken, and nothing changed; 2 wrong usage."),
    )
    taking.add_argument("file", type=Path, nargs="?", metavar="FILE.zip", help=_("the signed pack"))
    taking.add_argument(
        "--trust", type=Path, metavar="KEYFILE", help=_("trust this key first; stands in the audit trail")
    )
    taking.add_argument("--kev", type=Path, metavar="FILE", help=_("CISA KEV, JSON"))
    taking.add_argument("--epss", type=Path, metavar="FILE", help=_("EPSS, CSV or gzip"))
    taking.add_argument("--nvd", type=Path, metavar="FILE", help=_("NVD feed 2.0, JSON or gzip"))
    taking.add_argument("--cnnvd", type=Path, metavar="FILE", help=_("CNNVD, XML"))
    taking.set_defaults(func=run_import)


def sentence(bad: "BadPack") -> str:
    """Why a pack or key was not taken, for a person."""
    texts = {
        "too-large": _("it is larger than packs may be: {detail}"),
        "no-zip": _("it is no readable zip: {detail}"),
        "too-many": _("it holds too many files: {detail}"),
        "file-name": _("a file in it has a name that packs may not have: {detail}"),
        "manifest": _("its manifest can't be used: {detail}"),
        "files": _("its files are not those of its manifest: {detail}"),
        "unknown-pack": _("this version of Fenghuo knows no pack of this name: {detail}"),
        "hash": _("a file in it was changed: {detail}"),
        "content": _("its content can't be used: {detail}"),
        "unsigned": _("nobody signed it"),
        "unknown-key": _("the key {detail} is not trusted; see fenghuo content keys"),
        "signature": _("its signature does not hold: {detail}"),
        "future": _("its date lies in the future: {detail}"),
        "older": _("it is older than the one in force: {detail}"),
        "same": _("it is in force already: {detail}"),
        "key": _("this is no Ed25519 public key: {detail}"),
    }
    return texts[bad.code].format(detail=bad.detail)


def run_list(arguments: argparse.Namespace) -> int:
    """The packs in force."""
    open_tables(arguments.data)
    from fenghuo.see.screening.content import registry
    from fenghuo.see.screening.content.actions import places

    registry.use(places().packs)
    origins = {"built-in": _("comes with Fenghuo"), "signed": _("signed"), "local": _("local, unsigned")}
    for name in registry.PACKS:
        for one in registry.standing(name):
            if arguments.json:
                print_json({"name": name, "version": one.version, "date": one.date, "origin": one.origin})
            else:
                print(f"{name:<18} {one.version:<14} {one.date}  {origins[one.origin]}")
    return 0


def run_import(arguments: argparse.Namespace) -> int:
    """Import a pack or public lists."""
    lists = [arguments.kev, arguments.epss, arguments.nvd, arguments.cnnvd]
    if (arguments.file is None) == (not any(lists)):
        return fail(_("Name one pack, or public lists by --kev, --epss, --nvd, --cnnvd."), 2)
    open_tables(arguments.data)
    return _import_pack(arguments) if arguments.file is not None else _import_lists(arguments)


def _import_pack(arguments: argparse.Namespace) -> int:
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.see.screening.content.actions import import_pack, trust_key
    from fenghuo.see.screening.content.packs import BadPack

    try:
        if arguments.trust is not None:
            trust_key(COMMAND_LINE, arguments.trust)
        pack = import_pack(COMMAND_LINE, arguments.file)
    except BadPack as bad:
        return fail(_("{file} was not taken: {why}").format(file=arguments.file, why=sentence(bad)))
    if arguments.json:
        print_json({"name": pack.name, "version": pack.version, "date": pack.date, "key": pack.key})
    else:
        print(_("Pack {name} {version} is in force.").format(name=pack.name, version=pack.version))
        print(_("What was seen of sites is judged anew within five minutes, or now by: fenghuo content rejudge"))
    return 0


def _import_lists(arguments: argparse.Namespace) -> int:
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.see.screening.content.actions import import_public
    from fenghuo.see.screening.content.public import BadList

    try:
        done = import_public(COMMAND_LINE, arguments.kev, arguments.epss, arguments.nvd, arguments.cnnvd)
    except BadList as bad:
        return fail(_("This is no list of {name}: {why}").format(name=bad.name, why=bad.why))
    if arguments.json:
        print_json({"version": done.version, "faults": done.faults, "with_versions": done.with_versions})
    else:
        text = _(
            "Local, unsigned version {version}: {faults} faults of known products, {ranged} of them with versions."
        )
        print(text.format(version=done.version, faults=done.faults, ranged=done.with_versions))
        print(_("What was seen of sites is judged anew within five minutes, or now by: fenghuo content rejudge"))
    return 0


def run_keys(arguments: argparse.Namespace) -> int:
    """List, trust or remove keys."""
    open_tables(arguments.data)
    from fenghuo.base.audit import COMMAND_LINE
    from fenghuo.see.screening.content import store
    from fenghuo.see.screening.content.actions import distrust_key, places, trust_key
    from fenghuo.see.screening.content.packs import BadPack

    try:
        if arguments.trust is not None:
            print(_("Trusted: {key}").format(key=trust_key(COMMAND_LINE, arguments.trust)))
            return 0
        if arguments.remove:
            distrust_key(COMMAND_LINE, arguments.remove)
            print(_("No longer trusted: {key}").format(key=arguments.remove))
            return 0
    except BadPack as bad:
        return fail(sentence(bad))
    known = sorted(store.trusted(places()))
    if arguments.json:
        print_json({"keys": known})
    else:
        print("\n".join(known) or _("No key is trusted, so that no pack is taken."))
    return 0


def run_verify(arguments: argparse.Namespace) -> int:
    """Look at every installed pack; exit code 1 where one is not as it was signed."""
    open_tables(arguments.data)
    from fenghuo.see.screening.content import store
    from fenghuo.see.screening.content.actions import places
    from fenghuo.see.screening.content.registry import LOCAL

    wrong = 0
    for name, folder, bad in store.problems(places()):
        wrong += bad is not None
        if arguments.json:
            print_json(
                {
                    "name": name,
                    "folder": folder,
                    "problem": bad.code if bad else "",
                    "detail": bad.detail if bad else "",
                }
            )
        else:
            good = _("whole; local, unsigned") if folder.startswith(LOCAL) else _("as it was signed")
            print(f"{name:<18} {folder:<28} {sentence(bad) if bad else good}")
    return 1 if wrong else 0


def run_rejudge(arguments: argparse.Namespace) -> int:
    """Judge stored facts anew; grave findings become warnings as after a visit."""
    open_tables(arguments.data)
    from fenghuo.see.screening import rejudge
    from fenghuo.see.screening.content import registry
    from fenghuo.see.screening.content.actions import places

    folder = places().packs
    registry.use(folder)
    packs = registry.PACKS if arguments.all else rejudge.changed_packs(folder)
    checks, sites, done = rejudge.checks_of(packs), rejudge.sites(), rejudge.Rejudged()
    slices = [sites[n : n + _SLICE] for n in range(0, len(sites), _SLICE)] if checks else []
    for part in progress(slices, _("sites"), len(slices)):
        done += rejudge.rejudge(part, checks)
    problem = _hand_on(arguments.data.resolve(), done.raised)
    if not problem:
        rejudge.note_judged(folder)
    if arguments.json:
        print_json(
            {"sites": done.sites, "verdicts": done.verdicts, "raised": len(done.raised), "closed": len(done.closed)}
        )
    else:
        text = _("{sites} sites judged anew: {verdicts} verdicts changed, {raised} findings are new or came back.")
        print(text.format(sites=done.sites, verdicts=done.verdicts, raised=len(done.raised)))
    return fail(problem) if problem else 0


def _hand_on(data: Path, raised: "Sequence[StoredFinding]") -> str:
    """Hand grave findings to the judge by a stream of this command's own; what went wrong, "" where nothing did."""
    from fenghuo.faces.workers.screen_store import hits_of
    from fenghuo.see.eventlog import LogFull, StreamBusy, open_log
    from fenghuo.see.events import HIT_SCHEMA, hits_to_batch

    hits = hits_of(raised)
    if not hits:
        return ""
    try:
        writer = open_log(data / "log").writer("hits.normal.content", HIT_SCHEMA)
        try:
            writer.append(hits_to_batch(hits)).result()
        finally:
            writer.close()
    except (LogFull, StreamBusy) as error:
        return _("{number} grave findings stand in the list, but no warning could be made of them: {error}").format(
            number=len(hits), error=error
        )
    return ""
